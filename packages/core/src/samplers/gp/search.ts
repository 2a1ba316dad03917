/**
 * The search for the point with the highest acquisition: many points spread out over the space, then climbs from the
 * best of them, from some drawn by their worth, and from the best points known.
 */
import { LowDiscrepancy } from '../../numeric/low-discrepancy.ts'
import type { RandomStream } from '../../random/index.ts'
import type { Acquisition } from './acquisition.ts'
import { LocalSearch } from './local-search.ts'
import type { Points, UnitSpace } from './unit-space.ts'

/** What is searched, and how thoroughly. */
export interface SearchOptions {
  readonly space: UnitSpace
  readonly acquisition: Acquisition
  readonly lengthscales: Float64Array
  /** Points tried already: none of them is chosen while there are others. */
  readonly known: Points
  /** Where to climb from, besides. */
  readonly starts: readonly Float64Array[]
  readonly candidates: number
  readonly localSearches: number
  readonly stream: RandomStream
}

/** Coordinates nearer than this are the same: a climb that ends where it began moves them by rounding. */
const SAME = 1e-12

interface Candidate {
  readonly point: Float64Array
  readonly value: number
}

/** The point with the highest acquisition that is found. */
export function search(options: SearchOptions): Float64Array {
  const { space, acquisition, lengthscales, starts, localSearches, stream } = options
  const spread = spreadOut(options)
  const local = new LocalSearch(acquisition, space, lengthscales, choicesWorthTrying(options))
  const climbed: Candidate[] = []
  for (const start of [...starts, ...drawByWorth(spread, localSearches, stream)]) {
    const point = start.slice()
    climbed.push({ value: local.climb(point), point })
  }
  const isNew = ({ point }: Candidate) => !isKnown(point, options.known)
  const best = bestOf(climbed.filter(isNew)) ?? bestOf(spread.filter(isNew)) ?? bestOf(climbed)
  return (best as Candidate).point
}

function spreadOut({ space, acquisition, candidates, stream }: SearchOptions): Candidate[] {
  const sequence = new LowDiscrepancy(new Float64Array(space.dimension).map(() => stream.uniform()))
  return Array.from({ length: candidates }, (_, n) => {
    const point = new Float64Array(space.dimension).map((_, k) => space.at(k, sequence.at(n, k)))
    return { point, value: acquisition.evaluate(point) }
  })
}

/**
 * The best candidate and others, each drawn with a probability in proportion to its worth, exp(value): those whose
 * value plus a Gumbel number is highest, which is a draw without replacement.
 */
function drawByWorth(candidates: readonly Candidate[], count: number, stream: RandomStream): Float64Array[] {
  const best = bestOf(candidates)
  const keys = new Map(
    candidates.map((candidate) => [
      candidate,
      candidate === best ? Number.POSITIVE_INFINITY : candidate.value - Math.log(-Math.log(stream.uniform())),
    ]),
  )
  return candidates
    .toSorted((a, b) => (keys.get(b) as number) - (keys.get(a) as number))
    .slice(0, count)
    .map(({ point }) => point)
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (best, candidate) => (best === undefined || candidate.value > best.value ? candidate : best),
    undefined,
  )
}

function isKnown(point: Float64Array, { coordinates, count }: Points): boolean {
  for (let i = 0; i < count; i++) {
    let same = true
    for (let k = 0; k < point.length && same; k++) {
      const gap = (coordinates[i * point.length + k] as number) - (point[k] as number)
      same = Math.abs(gap) < SAME
    }
    if (same) return true
  }
  return false
}

/**
 * For each categorical parameter the choices tried already, and one drawn from the others: to the model those are all
 * the same.
 */
function choicesWorthTrying({ space, known, stream }: SearchOptions): Map<number, number[]> {
  const worth = new Map<number, number[]>()
  for (let k = 0; k < space.dimension; k++) {
    if (!space.isCategorical[k]) continue
    const tried = new Set<number>()
    for (let i = 0; i < known.count; i++) tried.add(known.coordinates[i * space.dimension + k] as number)
    const choices = [...tried].sort((a, b) => a - b)
    const untried = stream.below(Math.max((space.levels[k] as number) - choices.length, 1))
    worth.set(k, [...choices, ...nthOthers(choices, untried, space.levels[k] as number)])
  }
  return worth
}

/** The nth number below `end` that is not among these, which are sorted; none where there are not so many. */
function nthOthers(sorted: readonly number[], nth: number, end: number): number[] {
  let other = nth
  for (const choice of sorted) if (choice <= other) other++
  return other < end ? [other] : []
}
