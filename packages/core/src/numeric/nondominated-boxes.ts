/**
 * The part of the space of losses that no point of a front dominates, below a reference, cut into boxes.
 *
 * Between two neighbouring values of the last loss always the same points count, so that the boxes there are those of
 * their other losses. Source: L. While, P. Hingston, L. Barone, S. Huband, "A Faster Algorithm for Calculating
 * Hypervolume", IEEE TEC 10(1), 2006 (hypervolume by slicing objectives), here for what lies outside.
 */

/** All y with lower_i <= y_i < upper_i. */
export interface Box {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

/**
 * @param points losses, none of them NaN; those that do not lie below the reference everywhere do not count.
 * @returns boxes that do not overlap; their lower ends reach to -Infinity.
 */
export function nondominatedBoxes(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): Box[] {
  const inside = points.filter((point) => point.every((x, i) => x < (reference[i] as number)))
  return boxesOf(inside, reference, reference.length)
}

/** The boxes of the first `size` losses. */
function boxesOf(points: readonly (readonly number[])[], reference: readonly number[], size: number): Box[] {
  const last = size - 1
  if (size === 1) {
    const least = points.reduce((min, point) => Math.min(min, point[0] as number), reference[0] as number)
    return [{ lower: [Number.NEGATIVE_INFINITY], upper: [least] }]
  }
  const sorted = points.toSorted((a, b) => (a[last] as number) - (b[last] as number))
  const boxes: Box[] = []
  for (let count = 0; count <= sorted.length; count++) {
    const from = count === 0 ? Number.NEGATIVE_INFINITY : (sorted[count - 1]?.[last] as number)
    const to = (sorted[count] ?? reference)[last] as number
    if (from === to) continue
    for (const { lower, upper } of boxesOf(sorted.slice(0, count), reference, last))
      boxes.push({ lower: [...lower, from], upper: [...upper, to] })
  }
  return boxes
}
