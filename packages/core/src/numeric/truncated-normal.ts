/**
 * The standard normal distribution cut to an interval [a, b], on a log scale, so that intervals far out in a tail
 * work like those in the middle.
 *
 * Φ is the cumulative distribution of the standard normal, φ its density. The right tail is always mirrored to the
 * left, where log Φ keeps its relative precision.
 */
import { erf, erfc, logErfc } from './error-function.ts'

/** log √(2π) */
export const LOG_SQRT_2PI = 0.9189385332046727

/** log Φ(x). For x > 0 through `log1p`, since Φ is then near 1. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-0.5 * erfc(x * Math.SQRT1_2))
  return logErfc(-x * Math.SQRT1_2) - Math.LN2
}

/** log(exp(x) - exp(y)) for x >= y. */
function logDifference(x: number, y: number): number {
  const gap = y - x
  return x + (gap > -Math.LN2 ? Math.log(-Math.expm1(gap)) : Math.log1p(-Math.exp(gap)))
}

/** log(Φ(b) - Φ(a)) for a <= b: how much of the distribution lies in the interval. */
export function logNormalMass(a: number, b: number): number {
  if (b <= 0) return logDifference(logNormalCdf(b), logNormalCdf(a))
  if (a > 0) return logDifference(logNormalCdf(-a), logNormalCdf(-b))
  const outside = 0.5 * (erfc(-a * Math.SQRT1_2) + erfc(b * Math.SQRT1_2))
  if (outside < 0.5) return Math.log1p(-outside)
  return Math.log(0.5 * (erf(b * Math.SQRT1_2) - erf(a * Math.SQRT1_2)))
}

/** How close Newton's step must come to nothing, relative to x; further steps only move the last bits. */
const NEWTON_TOLERANCE = 1e-14
const NEWTON_STEPS = 100

/**
 * The x with log Φ(x) = y.
 *
 * Newton's method on log Φ, which is concave and increasing: from a start left of the root it climbs to it without
 * overshooting. The start is the tail's bound Φ(x) <= exp(-x²/2) / 2 for x <= 0, which lies left of the root.
 */
function normalQuantileOfLog(y: number): number {
  if (y > -Math.LN2) return -normalQuantileOfLog(Math.log(-Math.expm1(y)))
  let x = -Math.sqrt(Math.max(-2 * (y + Math.LN2), 0))
  for (let i = 0; i < NEWTON_STEPS; i++) {
    const logCdf = logNormalCdf(x)
    const logDensity = -0.5 * x * x - LOG_SQRT_2PI
    const step = (logCdf - y) * Math.exp(logCdf - logDensity)
    x -= step
    if (Math.abs(step) <= NEWTON_TOLERANCE * (1 + Math.abs(x))) break
  }
  return x
}

/**
 * The x in [a, b] below which the fraction q of the truncated distribution lies:
 * Φ(x) = Φ(a) + q (Φ(b) - Φ(a)).
 */
export function truncatedNormalQuantile(q: number, a: number, b: number): number {
  if (q <= 0 || a === b) return a
  if (q >= 1) return b
  // In the right half the mirrored problem keeps its precision.
  if (a >= 0) return -truncatedNormalQuantile(1 - q, -b, -a)
  const logMass = logNormalMass(a, b) + Math.log(q)
  const logBelow = logNormalCdf(a)
  const [more, less] = logBelow > logMass ? [logBelow, logMass] : [logMass, logBelow]
  const x = normalQuantileOfLog(Math.min(more + Math.log1p(Math.exp(less - more)), 0))
  return Math.min(Math.max(x, a), b)
}
