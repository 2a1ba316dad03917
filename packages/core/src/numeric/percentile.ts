/**
 * A percentile by linear interpolation between the two nearest values in order: definition 7 of R. J. Hyndman and
 * Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996, rounded as NumPy rounds it.
 *
 * @param values at least one, in any order; no NaN.
 * @param percent from 0 to 100.
 * @returns NaN where it would lie next to an infinite value that it could not be told from.
 */
export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.toSorted()
  const index = (sorted.length - 1) * (percent / 100)
  const below = Math.min(Math.floor(index), sorted.length - 1)
  const a = sorted[below] as number
  const b = sorted[Math.min(below + 1, sorted.length - 1)] as number
  const share = index - below
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share)
}
