import type { ConfidenceSequence } from './confidence-sequence.ts'

/** How much better one thing is than another, from pairs measured under the same conditions. */
export interface PairedGain {
  readonly pairs: number
  /** Mean difference, in percent of the reference's mean. */
  readonly percent: number
  /** Where it is, with the confidence of the sequence. */
  readonly interval: readonly [number, number]
  readonly verdict: 'better' | 'worse' | 'cannot tell yet'
  /** About how many further pairs would tell, where it cannot be told yet and that is not beyond all measure. */
  readonly more: number | undefined
}

/** How many times the pairs so far are beyond all measure. */
const BEYOND = 20

/**
 * The gain of `values` over `reference`, pair by pair: the mean difference, with an interval that holds however often one
 * looks. The reference's mean, by which it is divided, is taken as known.
 *
 * @param values at least two; pairs must be independent of each other.
 */
export function pairedGain(
  values: readonly number[],
  reference: readonly number[],
  sequence: ConfidenceSequence,
): PairedGain {
  const n = values.length
  const differences = values.map((value, i) => value - (reference[i] as number))
  const mean = meanOf(differences)
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1)
  const deviation = Math.sqrt(variance)
  // Where all differences are the same there is nothing to doubt.
  const half = deviation === 0 ? 0 : deviation * sequence.halfWidth(n)
  const scale = 100 / Math.abs(meanOf(reference))
  const interval = [(mean - half) * scale, (mean + half) * scale] as const
  const verdict = interval[0] > 0 ? 'better' : interval[1] < 0 ? 'worse' : 'cannot tell yet'
  const isClear = verdict !== 'cannot tell yet'
  const more = isClear ? undefined : moreNeeded(n, Math.abs(mean), deviation, sequence)
  return { pairs: n, percent: mean * scale, interval, verdict, more }
}

/** After how many further pairs the interval is as short as the mean is far from 0, if both go on as they are. */
function moreNeeded(
  n: number,
  distance: number,
  deviation: number,
  sequence: ConfidenceSequence,
): number | undefined {
  for (let count = n + 1; count <= BEYOND * n; count++)
    if (deviation * sequence.halfWidth(count) < distance) return count - n
  return undefined
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
