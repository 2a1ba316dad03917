/**
 * The tree-structured Parzen estimator: fit one density l to the good trials and one, g, to the rest; draw candidates
 * from l; take the one with the highest l/g, which is the one with the highest expected improvement.
 *
 * Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4; S. Watanabe,
 * arXiv:2304.11127. Defaults as in Optuna 5.
 */
import type { HistorySnapshot } from '../../history/history-snapshot.ts'
import { readOptions } from '../../options/read-options.ts'
import { randomSource } from '../../random/index.ts'
import type { SearchSpace } from '../../space/index.ts'
import { uniformValue } from '../random/uniform-value.ts'
import type { PendingTrial, Sampler, SuggestRequest } from '../sampler.ts'
import { ParzenEstimator } from './parzen-estimator.ts'
import { goodTrials, type Split, splitTrials } from './split-trials.ts'
import { type ResolvedTpeOptions, type TpeOptions, tpeOptions } from './tpe-options.ts'

/** What stands for a parameter that no trial has. */
const NO_COLUMN = new Float64Array(0)

/** TPE with Optuna 5's defaults. @throws TuneError INVALID_ARGUMENT: an option out of range */
export function tpe(options: TpeOptions = {}): Sampler {
  const resolved = readOptions('tpe', tpeOptions, options)
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
  const candidate = new Float64Array(names.length)
  const best = new Float64Array(names.length)
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < options.candidates; i++) {
    below.sample(stream, candidate)
    const score = below.logDensity(candidate) - above.logDensity(candidate)
    if (i > 0 && !(score > most)) continue
    best.set(candidate)
    most = score
  }
  return Object.fromEntries(names.map((name, d) => [name, best[d] as number]))
}

/** The density of those trials that have every parameter of the space, running ones among them by number. */
function estimator(
  space: SearchSpace,
  history: HistorySnapshot,
  rows: Uint32Array,
  pending: readonly PendingTrial[],
  uniform: boolean,
): ParzenEstimator {
  const names = Object.keys(space)
  const known = rowsWith(names, history, rows)
  const running = pending.filter(({ params }) => names.every((name) => params[name] !== undefined))
  const trials = known.length + running.length
  const numbers = new Uint32Array(trials)
  for (let i = 0; i < known.length; i++) numbers[i] = history.numbers[known[i] as number] as number
  for (const [i, { number }] of running.entries()) numbers[known.length + i] = number
  const order = orderOf(numbers)
  const observations = names.map((name) => {
    const column = history.params[name] ?? NO_COLUMN
    const values = new Float64Array(trials)
    for (let i = 0; i < known.length; i++) values[i] = column[known[i] as number] as number
    for (const [i, { params }] of running.entries()) values[known.length + i] = params[name] as number
    return order === undefined ? values : values.map((_, i) => values[order[i] as number] as number)
  })
  return new ParzenEstimator(space, observations, trials, uniform)
}

/** Those of the rows that have a value of every parameter. */
function rowsWith(names: readonly string[], history: HistorySnapshot, rows: Uint32Array): Uint32Array {
  const found = rows.slice()
  let count = found.length
  for (const name of names) {
    const column = history.params[name]
    let kept = 0
    for (let i = 0; i < count && column !== undefined; i++) {
      const row = found[i] as number
      if (!Number.isNaN(column[row])) found[kept++] = row
    }
    count = kept
  }
  return found.subarray(0, count)
}

/** Positions by increasing number; undefined where they stand so already, as they mostly do. */
function orderOf(numbers: Uint32Array): Uint32Array | undefined {
  for (let i = 1; i < numbers.length; i++) {
    if ((numbers[i - 1] as number) <= (numbers[i] as number)) continue
    return Uint32Array.from(numbers.keys()).sort((a, b) => (numbers[a] as number) - (numbers[b] as number))
  }
  return undefined
}
