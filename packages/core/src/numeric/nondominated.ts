/**
 * Ranks of points by domination, all objectives to be minimised.
 *
 * Rank 0 are the points that no other dominates; rank r those that only points of lower rank dominate.
 *
 * Sources: K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC 6(2), 2002, section
 * III-A (ranks); X. Zhang et al., "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective
 * Optimization", IEEE TEC 19(2), 2015 (each point in lexicographic order into the first front that lets it in).
 */

/** Whether `a` is nowhere worse than `b`, and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let strictly = false
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number
    const y = b[i] as number
    if (x > y) return false
    if (x < y) strictly = true
  }
  return strictly
}

/** Lexicographic order: nothing dominates what comes before it. */
export function compareLexicographically(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number
    const y = b[i] as number
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

/**
 * @param points one loss for each objective, lower is better; ±Infinity allowed.
 * @param wanted how many of the best need their true rank; the others may be given a rank that is too low, but none
 * that so many points come before.
 * @returns the rank of each point.
 */
export function nondominationRanks(
  points: readonly (readonly number[])[],
  wanted = points.length,
): Int32Array {
  const ranks = new Int32Array(points.length)
  const order = Array.from(points.keys()).sort((i, j) =>
    compareLexicographically(points[i] as readonly number[], points[j] as readonly number[]),
  )
  const fronts: (readonly number[])[][] = []
  let held = 0
  let isFull = false
  for (const i of order) {
    const point = points[i] as readonly number[]
    const rank = firstFrontFor(point, fronts)
    ranks[i] = rank
    if (rank < fronts.length) fronts[rank]?.push(point)
    else if (!isFull) fronts.push([point])
    else continue
    held++
    for (let last = fronts.at(-1); last !== undefined && held - last.length >= wanted; last = fronts.at(-1)) {
      held -= last.length
      fronts.pop()
      isFull = true
    }
  }
  return ranks
}

/** What is dominated in one front is dominated in all before it, so that halving finds the place. */
function firstFrontFor(
  point: readonly number[],
  fronts: readonly (readonly (readonly number[])[])[],
): number {
  let [low, high] = [0, fronts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isDominatedIn(fronts[middle] as readonly (readonly number[])[], point)) low = middle + 1
    else high = middle
  }
  return low
}

/** @param front in lexicographic order, none behind the point. */
function isDominatedIn(front: readonly (readonly number[])[], point: readonly number[]): boolean {
  // Of two objectives the last of the front has the lowest second one.
  const least = point.length === 2 ? front.length - 1 : 0
  for (let i = front.length - 1; i >= least; i--)
    if (dominates(front[i] as readonly number[], point)) return true
  return false
}
