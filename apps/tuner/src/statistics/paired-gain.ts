/** How much better one thing is than another, from pairs measured under the same conditions. */
export interface PairedGain {
  /** Mean difference, in percent of the reference's mean. */
  readonly percent: number
  /** 95 % confidence interval of it. */
  readonly interval: readonly [number, number]
  readonly verdict: 'better' | 'no difference shown' | 'worse'
}

/**
 * The gain of `values` over `reference`, pair by pair.
 *
 * Student's t interval of the mean difference, d̄ ± t s/√n; the reference's mean, by which it is divided, is taken as
 * known.
 *
 * @param values at least two; pairs must be independent of each other.
 */
export function pairedGain(values: readonly number[], reference: readonly number[]): PairedGain {
  const n = values.length
  const differences = values.map((value, i) => value - (reference[i] as number))
  const mean = meanOf(differences)
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1)
  const half = studentQuantile(n - 1) * Math.sqrt(variance / n)
  const scale = 100 / Math.abs(meanOf(reference))
  const interval = [(mean - half) * scale, (mean + half) * scale] as const
  const verdict = interval[0] > 0 ? 'better' : interval[1] < 0 ? 'worse' : 'no difference shown'
  return { percent: mean * scale, interval, verdict }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The 97.5 % points of Student's t for 1 to 10 degrees of freedom. */
const SMALL = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814]
const Z = 1.959964

/**
 * The 97.5 % point of Student's t. Beyond 10 degrees of freedom the Cornish–Fisher expansion around the normal
 * (Abramowitz & Stegun, 26.7.5), whose error is below 0.0003 there.
 */
export function studentQuantile(degrees: number): number {
  const small = SMALL[degrees - 1]
  if (small !== undefined) return small
  const g1 = (Z ** 3 + Z) / 4
  const g2 = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96
  const g3 = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384
  return Z + g1 / degrees + g2 / degrees ** 2 + g3 / degrees ** 3
}
