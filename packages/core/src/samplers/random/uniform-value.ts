import type { RandomStream } from '../../random/index.ts'
import { type Distribution, nearestValue } from '../../space/index.ts'

/** A value drawn evenly from a distribution. */
export function uniformValue(distribution: Distribution, stream: RandomStream): number {
  return distribution.kind === 'categorical'
    ? stream.below(distribution.choices.length)
    : uniformAt(distribution, stream.uniform())
}

/**
 * The value below which the part `u` of a range lies: of its logarithm where it is a log one. A grid is widened by
 * half a step on each side first, so that its ends are as likely as its middle.
 */
export function uniformAt(distribution: Exclude<Distribution, { kind: 'categorical' }>, u: number): number {
  const { low, high, log, step } = distribution
  const half = step === null ? 0 : step / 2
  if (!log) return nearestValue(distribution, interpolate(low - half, high + half, u))
  return nearestValue(distribution, Math.exp(interpolate(Math.log(low - half), Math.log(high + half), u)))
}

/** Between a and b without computing b - a, which overflows for the widest ranges. */
function interpolate(a: number, b: number, u: number): number {
  return a * (1 - u) + b * u
}
