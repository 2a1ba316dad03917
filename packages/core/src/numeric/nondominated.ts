/**
 * Ranks of points by domination, all objectives to be minimised.
 *
 * Source: K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC 6(2), 2002,
 * section III-A. Rank 0 are the points that no other dominates; rank r those that only points of lower rank dominate.
 * The search is that of X. Zhang et al., "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective
 * Optimization", IEEE TEC 19(2), 2015 (ENS-BS).
 */

/** Whether `a` is nowhere worse than `b`, and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let strictly = false
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    if (x > y) return false
    if (x < y) strictly = true
  }
  return strictly
}

/**
 * @param points one loss for each objective, lower is better; ±Infinity allowed.
 * @returns the rank of each point.
 */
export function nondominationRanks(points: readonly (readonly number[])[]): Int32Array {
  const ranks = new Int32Array(points.length)
  // In lexicographic order nothing dominates what comes before it.
  const order = Array.from(points.keys()).sort((i, j) =>
    lexicographic(points[i] as readonly number[], points[j] as readonly number[]),
  )
  const fronts: number[][] = []
  for (const i of order) {
    const point = points[i] as readonly number[]
    const isDominatedIn = (front: number[]) =>
      front.some((j) => dominates(points[j] as readonly number[], point))
    // Whoever a front dominates, all fronts before it dominate too.
    let [rank, end] = [0, fronts.length]
    while (rank < end) {
      const middle = (rank + end) >>> 1
      if (isDominatedIn(fronts[middle] as number[])) rank = middle + 1
      else end = middle
    }
    ranks[i] = rank
    fronts[rank] ??= []
    fronts[rank]?.push(i)
  }
  return ranks
}

function lexicographic(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}
