/**
 * Greedy hypervolume subset selection: which k of n points together dominate most.
 *
 * Source: A. P. Guerreiro, C. M. Fonseca, L. Paquete, "Greedy Hypervolume Subset Selection in Low Dimensions",
 * Evolutionary Computation 24(3), 2016. Each round takes the point that adds most, which gives at least 1 - 1/e of
 * the best subset's volume.
 */
import { box, hypervolume } from './hypervolume.ts'

/**
 * @param points losses of one nondomination rank.
 * @param size how many to choose.
 * @param reference worse than all points.
 * @returns indices of the chosen points, in increasing order.
 */
export function selectByHypervolume(
  points: readonly (readonly number[])[],
  size: number,
  reference: readonly number[],
): number[] {
  const indices = Array.from(points.keys())
  // With an infinite reference every volume is infinite: nothing tells the points apart.
  if (size >= points.length || !reference.every(Number.isFinite)) return indices.slice(0, size)
  // What a point adds only shrinks as others are chosen (submodularity), so an old figure is an upper bound.
  const bound = points.map((point) => box(point, reference))
  const chosen: number[] = []
  let volume = 0
  while (chosen.length < size) {
    const left = indices.filter((i) => !chosen.includes(i))
    left.sort((i, j) => (bound[j] as number) - (bound[i] as number) || i - j)
    let best = left[0] as number
    let most = Number.NEGATIVE_INFINITY
    for (const i of left) {
      if ((bound[i] as number) <= most) break
      const together = [...chosen, i].map((j) => points[j] as readonly number[])
      const added = hypervolume(together, reference) - volume
      bound[i] = Number.isNaN(added) ? Number.POSITIVE_INFINITY : added
      if (bound[i] > most) [best, most] = [i, bound[i]]
    }
    chosen.push(best)
    volume += most
  }
  return chosen.sort((a, b) => a - b)
}
