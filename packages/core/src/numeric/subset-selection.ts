/**
 * Greedy hypervolume subset selection: which k of n points together dominate most.
 *
 * Sources: A. P. Guerreiro, C. M. Fonseca, L. Paquete, "Greedy Hypervolume Subset Selection in Low Dimensions",
 * Evolutionary Computation 24(3), 2016: each round takes the point that adds most, which gives at least 1 - 1/e of the
 * best subset's volume. M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978: what
 * a point adds only shrinks as others are chosen, so an old figure is an upper bound.
 */
import { box, hypervolume, limitedTo } from './hypervolume.ts'
import { compareLexicographically } from './nondominated.ts'

type Point = readonly number[]

/**
 * @param points losses of one nondomination rank; ±Infinity allowed.
 * @param size how many to choose.
 * @param reference worse than all points. Where it is infinite so is every volume, and nothing tells points apart.
 * @returns indices of the chosen points, in increasing order. Of equal volumes the lexicographically first is taken,
 * and a point that repeats another only when no new one is left.
 */
export function selectByHypervolume(points: readonly Point[], size: number, reference: Point): number[] {
  const order = Array.from(points.keys()).sort((i, j) =>
    compareLexicographically(points[i] as Point, points[j] as Point),
  )
  const isNew = (at: number) =>
    at === 0 ||
    compareLexicographically(
      points[order[at - 1] as number] as Point,
      points[order[at] as number] as Point,
    ) !== 0
  const unique = order.filter((_, at) => isNew(at))
  const increasing = (indices: readonly number[]) => indices.toSorted((a, b) => a - b)
  if (unique.length <= size) {
    const repeated = increasing(order.filter((_, at) => !isNew(at)))
    return increasing([...unique, ...repeated.slice(0, size - unique.length)])
  }
  if (!reference.every(Number.isFinite)) return increasing(unique.slice(0, size))
  const front = unique.map((i) => points[i] as Point)
  const chosen =
    reference.length === 2 ? selectInPlane(front, size, reference) : selectLazily(front, size, reference)
  return increasing(chosen.map((at) => unique[at] as number))
}

/**
 * Two objectives: what a point adds is the rectangle between it and its chosen neighbours on both sides.
 *
 * @param front in lexicographic order.
 */
function selectInPlane(front: readonly Point[], size: number, [right = 0, top = 0]: Point): number[] {
  const rights = new Float64Array(front.length).fill(right)
  const tops = new Float64Array(front.length).fill(top)
  const added = front.map((point) => box(point, [right, top]))
  const chosen: number[] = []
  while (chosen.length < size) {
    const best = indexOfLargest(added)
    const [x = 0, y = 0] = front[best] as Point
    chosen.push(best)
    for (let i = 0; i < best; i++) rights[i] = Math.min(rights[i] as number, x)
    for (let i = best + 1; i < front.length; i++) tops[i] = Math.min(tops[i] as number, y)
    for (const [i, point] of front.entries()) added[i] = box(point, [rights[i] as number, tops[i] as number])
    for (const i of chosen) added[i] = Number.NEGATIVE_INFINITY
  }
  return chosen
}

/** Any number of objectives: what a point adds is its box less what the chosen points, limited to it, dominate. */
function selectLazily(front: readonly Point[], size: number, reference: Point): number[] {
  const bounds = front.map((point) => box(point, reference))
  const knownFor = new Int32Array(front.length)
  const chosen: number[] = []
  const selected: Point[] = []
  while (chosen.length < size) {
    const best = indexOfLargest(bounds)
    const point = front[best] as Point
    const isExact = knownFor[best] === chosen.length || bounds[best] === Number.POSITIVE_INFINITY
    if (isExact) {
      chosen.push(best)
      selected.push(point)
      bounds[best] = Number.NEGATIVE_INFINITY
    } else {
      bounds[best] = box(point, reference) - hypervolume(limitedTo(point, selected), reference)
      knownFor[best] = chosen.length
    }
  }
  return chosen
}

/** The first of the largest; what is no number, as Infinity - Infinity, counts as infinite. */
function indexOfLargest(values: readonly number[]): number {
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (Number.isNaN(value)) return i
    if (value > most) {
      most = value
      best = i
    }
  }
  return best
}
