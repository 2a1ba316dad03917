import { nondominationRanks } from '../../numeric/nondominated.ts'
import { selectByHypervolume } from '../../numeric/subset-selection.ts'

/** What stands for a reference of 0, which would leave the worst point no volume. As in Optuna 5. */
const SMALLEST_REFERENCE = 1e-12

/**
 * The positions of the best of several objectives: whole nondomination ranks while there is room, and of the next
 * rank those that together dominate most.
 *
 * @param losses one column for each objective, lower is better; ±Infinity allowed.
 */
export function selectByRank(losses: readonly Float64Array[], size: number): Uint32Array {
  const trials = losses[0]?.length ?? 0
  const points = Array.from({ length: trials }, (_, i) => losses.map((column) => column[i] as number))
  const wanted = Math.min(size, trials)
  const ranks = nondominationRanks(points, wanted)
  const chosen: number[] = []
  for (let rank = 0; chosen.length < wanted; rank++) {
    const front = Array.from(points.keys()).filter((i) => ranks[i] === rank)
    const room = wanted - chosen.length
    if (front.length <= room) chosen.push(...front)
    else {
      const ofFront = front.map((i) => points[i] as number[])
      for (const k of selectByHypervolume(ofFront, room, referencePoint(ofFront)))
        chosen.push(front[k] as number)
    }
  }
  return Uint32Array.from(chosen)
}

/** A little worse than the worst in each objective (as in Optuna 5). */
function referencePoint(points: readonly (readonly number[])[]): number[] {
  return (points[0] as readonly number[]).map((_, i) => {
    let worst = Number.NEGATIVE_INFINITY
    for (const point of points) worst = Math.max(worst, point[i] as number)
    return Math.max(1.1 * worst, 0.9 * worst) || SMALLEST_REFERENCE
  })
}
