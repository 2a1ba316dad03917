/**
 * The tree-structured Parzen estimator: fit one density l to the good trials and one, g, to the rest; draw candidates
 * from l; take the one with the highest l/g, which is the one with the highest expected improvement.
 *
 * Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4; S. Watanabe,
 * arXiv:2304.11127. Defaults as in Optuna 5.
 */
import type { HistorySnapshot } from '../../history/history-snapshot.ts'
import { randomSource } from '../../random/index.ts'
import type { SearchSpace } from '../../space/index.ts'
import { uniformValue } from '../random/uniform-value.ts'
import type { PendingTrial, Sampler, SuggestRequest } from '../sampler.ts'
import { type Observations, ParzenEstimator } from './parzen-estimator.ts'
import { goodTrials, type Split, splitTrials } from './split-trials.ts'
import { type ResolvedTpeOptions, resolveTpeOptions, type TpeOptions } from './tpe-options.ts'

/** TPE with Optuna 5's defaults. @throws TuneError INVALID_ARGUMENT: an option out of range */
export function tpe(options: TpeOptions = {}): Sampler {
  const resolved = resolveTpeOptions(options)
  return {
    name: 'tpe',
    options: { ...resolved },
    threaded: true,
    suggest: (request) => ({ params: choose(request, resolved) }),
  }
}

function choose(request: SuggestRequest, options: ResolvedTpeOptions): Record<string, number> {
  const { space, history, directions } = request
  if (history.size < options.startupTrials) return chooseAtRandom(request)
  const split = splitTrials(history, directions, goodTrials(history.size, directions.length))
  if (options.multivariate ?? directions.length === 1) return chooseTogether(request, space, split, options)
  const params: Record<string, number> = {}
  for (const [name, distribution] of Object.entries(space)) {
    Object.assign(params, chooseTogether(request, { [name]: distribution }, split, options))
  }
  return params
}

function chooseAtRandom({ seed, number, space }: SuggestRequest): Record<string, number> {
  const source = randomSource(seed)
  return Object.fromEntries(
    Object.entries(space).map(([name, distribution]) => [
      name,
      uniformValue(distribution, source.stream(number, name)),
    ]),
  )
}

/** The best of the candidates for the parameters of one space, modelled jointly. The first wins a tie. */
function chooseTogether(
  request: SuggestRequest,
  space: SearchSpace,
  split: Split,
  options: ResolvedTpeOptions,
): Record<string, number> {
  const { seed, number, history, directions } = request
  const names = Object.keys(space)
  const below = estimator(space, history, split.below, [], directions.length > 1)
  const above = estimator(space, history, split.above, options.constantLiar ? request.pending : [], false)
  const stream = randomSource(seed).stream(number, `tpe:${names.join(',')}`)
  let best: readonly number[] = []
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < options.candidates; i++) {
    const candidate = below.sample(stream)
    const score = below.logDensity(candidate) - above.logDensity(candidate)
    if (best.length > 0 && !(score > most)) continue
    best = candidate
    most = score
  }
  return Object.fromEntries(names.map((name, d) => [name, best[d] as number]))
}

/** The density of those trials that have every parameter of the space, running ones among them by number. */
function estimator(
  space: SearchSpace,
  history: HistorySnapshot,
  rows: readonly number[],
  pending: readonly PendingTrial[],
  uniform: boolean,
): ParzenEstimator {
  const names = Object.keys(space)
  const columns = names.map((name) => history.params[name])
  const known = rows.filter((row) => columns.every((column) => !Number.isNaN(column?.[row] ?? Number.NaN)))
  const running = pending.filter(({ params }) => names.every((name) => params[name] !== undefined))
  const trials = [
    ...known.map((row) => ({
      number: history.numbers[row] as number,
      at: (d: number) => columns[d]?.[row] as number,
    })),
    ...running.map(({ number, params }) => ({
      number,
      at: (d: number) => params[names[d] as string] as number,
    })),
  ]
  if (running.length > 0) trials.sort((a, b) => a.number - b.number)
  const observations: Observations = new Map(
    names.map((name, d) => [name, Float64Array.from(trials, ({ at }) => at(d))]),
  )
  return new ParzenEstimator(space, observations, trials.length, uniform)
}
