/**
 * The logarithm of the expected improvement, without underflow, and its slopes.
 *
 * h(z) = φ(z) + z Φ(z) is the expected improvement of a standard normal whose mean lies z below the best value; φ and
 * Φ are its density and cumulative distribution.
 * Source: S. Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", NeurIPS 2023,
 * equations 8 and 9. Instead of their difference of nearly equal terms, far from the best value the continued fraction
 * of Mills' ratio is used (Abramowitz, Stegun, 26.2.14): with T = 1/(x + 2/(x + 3/(x + …))), at z = -x
 * Φ = φ / (x + T) and h = φ T / (x + T).
 */
import { erfc } from './error-function.ts'
import { LOG_SQRT_2PI } from './truncated-normal.ts'

/** From here downwards the continued fraction is used. */
const FAR = -4

/** T for x = -z: depth by how fast it converges. */
function millsTail(x: number): number {
  let tail = x
  for (let k = x < 8 ? 60 : 20; k >= 2; k--) tail = x + k / tail
  return 1 / tail
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_SQRT_2PI)
}

/** Φ(z) */
function below(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2)
}

/** log h(z) */
export function logImprovement(z: number): number {
  if (z > FAR) return Math.log(density(z) + z * below(z))
  const tail = millsTail(-z)
  return -0.5 * z * z - LOG_SQRT_2PI + Math.log(tail / (tail - z))
}

/** Φ(z) / h(z): the slope of log h. */
export function improvementSlope(z: number): number {
  return z > FAR ? below(z) / (density(z) + z * below(z)) : 1 / millsTail(-z)
}

/** φ(z) / h(z): the slope of log(σ h(gap / σ)) by log σ. */
export function improvementSpread(z: number): number {
  if (z > FAR) return density(z) / (density(z) + z * below(z))
  const tail = millsTail(-z)
  return (tail - z) / tail
}

/** φ(z) / Φ(z): the slope of log Φ. */
export function inverseMills(z: number): number {
  return z > FAR ? density(z) / below(z) : millsTail(-z) - z
}
