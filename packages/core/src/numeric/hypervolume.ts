/**
 * The hypervolume of a set of points: the volume that they dominate below a reference point, all objectives to be
 * minimised.
 *
 * Source: L. While, L. Bradstreet, L. Barone, "A Fast Way of Calculating Exact Hypervolumes", IEEE TEC 16(1), 2012
 * (the WFG algorithm): hv(P) = Σ exclusive hypervolumes, each that of one point minus that of the others limited to it.
 */
import { dominates } from './nondominated.ts'

/**
 * @param points losses; those not better than the reference somewhere in each objective add nothing.
 * @param reference worse than all points that count.
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = points.filter((point) => point.every((x, i) => x < (reference[i] as number)))
  return ofFront(pareto(inside), reference)
}

function ofFront(front: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length === 2) return area(front, reference)
  let sum = 0
  for (const [i, point] of front.entries()) {
    const limited = front.slice(i + 1).map((other) => other.map((x, d) => Math.max(x, point[d] as number)))
    sum += box(point, reference) - ofFront(pareto(limited), reference)
  }
  return sum
}

function area(front: readonly (readonly number[])[], [right = 0, top = 0]: readonly number[]): number {
  const byFirst = [...front].sort((a, b) => (a[0] as number) - (b[0] as number))
  let sum = 0
  let below = top
  for (const [x = 0, y = 0] of byFirst) {
    sum += (right - x) * (below - y)
    below = y
  }
  return sum
}

/** The volume between one point and the reference. */
export function box(point: readonly number[], reference: readonly number[]): number {
  return point.reduce((volume, x, i) => volume * ((reference[i] as number) - x), 1)
}

function pareto(points: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const front: (readonly number[])[] = []
  for (const point of points) {
    const isCovered = front.some((other) => dominates(other, point) || other.every((x, i) => x === point[i]))
    if (isCovered) continue
    const kept = front.filter((other) => !dominates(point, other))
    front.splice(0, front.length, ...kept, point)
  }
  return front
}
