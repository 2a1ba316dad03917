/**
 * Grid search: every combination of some values of each parameter, once, in a shuffled order, so that a study that is
 * stopped early has looked everywhere.
 *
 * A trial takes the point of its own number in that order, or the next one that no trial has taken: processes that run
 * at the same time hardly ever meet, without a word between them. Of a failed trial the history says nothing; its point
 * comes up again after the others.
 */
import type { HistorySnapshot } from '../../history/index.ts'
import { permutedIndex } from '../../numeric/permutation.ts'
import { readOptions } from '../../options/read-options.ts'
import { randomSource } from '../../random/index.ts'
import type { SearchSpace } from '../../space/index.ts'
import type { Sampler, SuggestRequest } from '../sampler.ts'
import { type GridOptions, gridOptions, type ResolvedGridOptions } from './grid-options.ts'
import { GridPoints } from './grid-points.ts'
import { TakenPoints } from './taken-points.ts'

/** Beyond this the points of a grid cannot be numbered. Nobody gets to the end of such a grid. */
const MOST_POINTS = 2 ** 52

/**
 * Grid search. A study ends when every point is complete or pruned; see `Study.isExhausted`.
 *
 * @throws TuneError INVALID_ARGUMENT: an option out of range
 */
export function grid(options: GridOptions = {}): Sampler {
  const resolved = readOptions('grid', gridOptions, options)
  const taken = new TakenPoints()
  return {
    name: 'grid',
    options: { ...resolved },
    threaded: false,
    suggest: (request) => ({ params: choose(request, resolved, taken) }),
    remaining: (request) => {
      const space = request.space ?? listedSpace(request.history, resolved)
      if (space === undefined) return Number.POSITIVE_INFINITY
      const points = new GridPoints(space, resolved)
      return points.size - taken.of(points, request).size
    },
  }
}

function choose(
  request: SuggestRequest,
  options: ResolvedGridOptions,
  taken: TakenPoints,
): Record<string, number> {
  const { seed, number, space } = request
  const points = new GridPoints(space, options)
  const stream = randomSource(seed).stream(0, `grid:${Object.keys(space).sort().join()}`)
  if (points.size > MOST_POINTS) {
    const own = randomSource(seed).stream(number, 'grid')
    return points.random((bound) => own.below(bound))
  }
  const key = [stream.below(2 ** 32), stream.below(2 ** 32)] as const
  const pointAt = (place: number) => permutedIndex(place % points.size, points.size, key)
  const isTaken = taken.of(points, request)
  // Where every point is taken, the trial's own is taken again.
  if (isTaken.size >= points.size) return points.at(pointAt(number))
  let place = number
  while (isTaken.has(pointAt(place))) place++
  return points.at(pointAt(place))
}

/** The listed parameters of a study that names its parameters as it goes, once they have been seen. */
function listedSpace(history: HistorySnapshot, { values }: ResolvedGridOptions): SearchSpace | undefined {
  const listed = Object.keys(values).map((name) => [name, history.distributions[name]?.[0]] as const)
  const isKnown = listed.length > 0 && listed.every(([, distribution]) => distribution !== undefined)
  return isKnown ? (Object.fromEntries(listed) as SearchSpace) : undefined
}
