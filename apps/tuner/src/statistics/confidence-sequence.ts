/**
 * Intervals for a mean that may be looked at after every observation, and hold at all looks together.
 *
 * Against each possible mean m stands a mixture of others, whose distance from m, in standard deviations of one
 * observation, is normal with variance τ². Where n observations have mean x̄ and deviation s, with
 * t = √n (x̄ - m) / s, the Bayes factor of the mixture, invariant to the unknown scale, is
 *
 *   B = (1 + nτ²)^(-1/2) [(1 + t²/(n-1)) / (1 + t²/((n-1)(1 + nτ²)))]^(n/2)
 *
 * If m is the mean, B is a martingale that begins at 1, so that it ever reaches 1/α with a probability of at most α. The
 * interval are those m at which it has not.
 *
 * Sources: H. Wang, A. Ramdas, "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance",
 * arXiv:2310.03722; T. L. Lai, "On Confidence Sequences", The Annals of Statistics 4(2), 1976.
 */
export interface ConfidenceSequence {
  /** By how many deviations of one observation the mean may be away after so many; `Infinity` while nothing can be said. */
  readonly halfWidth: (count: number) => number
}

/** Grid over which the spread of the mixture is chosen: τ² from 0.001 to 10. */
const SPREADS = Array.from({ length: 81 }, (_, i) => 10 ** (-3 + i / 20))

/**
 * @param alpha how likely it may be that the mean is ever outside.
 * @param planned after how many observations the interval is to be short; it holds at all others too. At least 2.
 */
export function confidenceSequence(alpha: number, planned: number): ConfidenceSequence {
  const spread = SPREADS.reduce((best, each) =>
    halfWidth(planned, each, alpha) < halfWidth(planned, best, alpha) ? each : best,
  )
  return { halfWidth: (count) => halfWidth(count, spread, alpha) }
}

function halfWidth(n: number, spread: number, alpha: number): number {
  if (n < 2) return Number.POSITIVE_INFINITY
  const growth = 1 + n * spread
  const ratio = (Math.sqrt(growth) / alpha) ** (2 / n)
  if (ratio >= growth) return Number.POSITIVE_INFINITY
  // t² / (n - 1), where B is 1/α.
  const square = (ratio - 1) / (1 - ratio / growth)
  return Math.sqrt(((n - 1) * square) / n)
}
