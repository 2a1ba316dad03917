/**
 * The hypervolume of a set of points: the volume that they dominate below a reference point, all objectives to be
 * minimised.
 *
 * Two and three objectives are swept along the last one. For more: L. While, L. Bradstreet, L. Barone, "A Fast Way of
 * Calculating Exact Hypervolumes", IEEE TEC 16(1), 2012 (the WFG algorithm): hv(P) = Σ exclusive hypervolumes, each
 * that of one point minus that of the later points limited to it.
 */
import { compareLexicographically, dominates } from './nondominated.ts'

type Point = readonly number[]

/**
 * @param points losses; those not better than the reference in each objective add nothing.
 * @param reference finite, and worse than all points that count.
 */
export function hypervolume(points: readonly Point[], reference: Point): number {
  return ofFront(
    pareto(points.filter((point) => point.every((x, i) => x < (reference[i] as number)))),
    reference,
  )
}

/** The volume between one point and the reference. */
export function box(point: Point, reference: Point): number {
  let volume = 1
  for (let i = 0; i < reference.length; i++) volume *= (reference[i] as number) - (point[i] as number)
  return volume
}

/** The points limited to one: each objective at best as good as that point's. */
export function limitedTo(limit: Point, points: readonly Point[]): Point[] {
  return points.map((point) => point.map((x, i) => Math.max(x, limit[i] as number)))
}

function ofFront(front: readonly Point[], reference: Point): number {
  if (front.length === 0) return 0
  if (reference.length === 1) return box(front[0] as Point, reference)
  if (reference.length === 2) return area(front, reference)
  if (reference.length === 3) return swept(front, reference)
  let sum = 0
  for (const [i, point] of front.entries()) {
    sum += box(point, reference) - ofFront(pareto(limitedTo(point, front.slice(i + 1))), reference)
  }
  return sum
}

/** @param front in lexicographic order. */
function area(front: readonly Point[], [right = 0, top = 0]: Point): number {
  let sum = 0
  let below = top
  for (const [x = 0, y = 0] of front) {
    sum += (right - x) * (below - y)
    below = y
  }
  return sum
}

/** Three objectives: slices along the third, each an area that the next point adds to. */
function swept(front: readonly Point[], reference: Point): number {
  const byThird = front.toSorted((a, b) => (a[2] as number) - (b[2] as number))
  let staircase: Point[] = []
  let [sum, covered] = [0, 0]
  for (const [i, point] of byThird.entries()) {
    if (
      !staircase.some(
        (step) => (step[0] as number) <= (point[0] as number) && (step[1] as number) <= (point[1] as number),
      )
    ) {
      staircase = staircase.filter(
        (step) => (step[0] as number) < (point[0] as number) || (step[1] as number) < (point[1] as number),
      )
      const place = staircase.findIndex((step) => (step[0] as number) > (point[0] as number))
      staircase.splice(place < 0 ? staircase.length : place, 0, point)
      covered = area(staircase, reference)
    }
    const next = byThird[i + 1]?.[2] ?? reference[2] ?? 0
    // Between points of one height there is nothing, even where an area is infinite.
    if (next > (point[2] as number)) sum += covered * (next - (point[2] as number))
  }
  return sum
}

/** The points that no other covers, each once, in lexicographic order. */
function pareto(points: readonly Point[]): Point[] {
  const front: Point[] = []
  for (const point of points.toSorted(compareLexicographically)) {
    const isCovered = front.some(
      (other) => dominates(other, point) || compareLexicographically(other, point) === 0,
    )
    if (!isCovered) front.push(point)
  }
  return front
}
