/**
 * How likely a kernel makes the observed values, times how likely the kernel is beforehand: what a fit maximises.
 *
 * With C = K + σ² I and α = C⁻¹ y: log p(y) = -½ yᵀα - ½ log det C + const, and its slope along any parameter is
 * ½ tr((α αᵀ - C⁻¹) ∂C). Source: Rasmussen, Williams (2006), equations 5.8 and 5.9. Beforehand, as in Optuna 5:
 * log p(w) = -Σ_k (0.1 / w_k + 0.1 w_k) + const, s ~ Γ(2, 1), σ² ~ Γ(1.1, 30).
 */
import {
  cholesky,
  gramOfLower,
  invertLower,
  multiplyLower,
  multiplyLowerTransposed,
} from '../../numeric/cholesky.ts'
import { type KernelParameters, matern52 } from './matern.ts'
import { ScaledPoints } from './scaled-points.ts'
import type { Points } from './unit-space.ts'

/** The noise's variance is never less. */
export const LEAST_NOISE = 1e-6

/** Kernel parameters as a point without bounds: log w_1, …, log w_d, log s, log(σ² - least). */
export function kernelOf(theta: Float64Array): KernelParameters {
  const dimension = theta.length - 2
  return {
    inverseSquaredLengthscales: theta.subarray(0, dimension).map(Math.exp),
    scale: Math.exp(theta[dimension] as number),
    noise: LEAST_NOISE + Math.exp(theta[dimension + 1] as number),
  }
}

export class MarginalLikelihood {
  readonly #n: number
  readonly #targets: Float64Array
  readonly #points: ScaledPoints
  readonly #covariance: Float64Array
  readonly #slopes: Float64Array
  readonly #inverseFactor: Float64Array
  readonly #inverse: Float64Array
  readonly #white: Float64Array
  readonly #alpha: Float64Array
  readonly #known: Float64Array | undefined

  /**
   * @param targets y, one value for each point.
   * @param known the variance of each observation that is known beforehand, besides the noise that is fitted.
   */
  constructor(points: Points, isCategorical: Uint8Array, targets: Float64Array, known?: Float64Array) {
    this.#known = known
    const n = points.count
    this.#n = n
    this.#targets = targets
    this.#points = new ScaledPoints(points, isCategorical)
    this.#covariance = new Float64Array(n * n)
    this.#slopes = new Float64Array(n * n)
    this.#inverseFactor = new Float64Array(n * n)
    this.#inverse = new Float64Array(n * n)
    this.#white = new Float64Array(n)
    this.#alpha = new Float64Array(n)
  }

  /** -log p(y | θ) - log p(θ) without constants, and its gradient; `Infinity` where it cannot be computed. */
  loss(theta: Float64Array, gradient: Float64Array): number {
    const kernel = kernelOf(theta)
    const n = this.#n
    this.#fill(kernel)
    if (!cholesky(this.#covariance, n)) return Number.POSITIVE_INFINITY
    invertLower(this.#covariance, n, this.#inverseFactor)
    multiplyLower(this.#inverseFactor, n, this.#targets, this.#white)
    multiplyLowerTransposed(this.#inverseFactor, n, this.#white, this.#alpha)
    gramOfLower(this.#inverseFactor, n, this.#inverse)
    let [halfLogDeterminant, fit, alphaSquare, trace] = [0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      halfLogDeterminant += Math.log(this.#covariance[i * n + i] as number)
      fit += (this.#targets[i] as number) * (this.#alpha[i] as number)
      alphaSquare += (this.#alpha[i] as number) * (this.#alpha[i] as number)
      trace += this.#inverse[i * n + i] as number
    }
    const noiseSlope = 0.5 * (alphaSquare - trace)
    this.#lengthscaleSlopes(kernel, gradient)
    const dimension = gradient.length - 2
    // From ∂C/∂log s = C - σ² I - V, where V is what is known of the noise.
    gradient[dimension] = -(0.5 * (fit - n) - kernel.noise * noiseSlope - this.#knownSlope())
    gradient[dimension + 1] = -noiseSlope * (kernel.noise - LEAST_NOISE)
    return 0.5 * fit + halfLogDeterminant + priorLoss(kernel, gradient)
  }

  /** ½ tr((α αᵀ - C⁻¹) V) */
  #knownSlope(): number {
    const known = this.#known
    if (known === undefined) return 0
    let sum = 0
    for (let i = 0; i < this.#n; i++) {
      const alpha = this.#alpha[i] as number
      sum += 0.5 * (known[i] as number) * (alpha * alpha - (this.#inverse[i * this.#n + i] as number))
    }
    return sum
  }

  #fill({ inverseSquaredLengthscales, scale, noise }: KernelParameters): void {
    const n = this.#n
    const covariance = this.#covariance
    this.#points.rescale(inverseSquaredLengthscales)
    for (let i = 0; i < n; i++) {
      const row = i * n
      this.#points.queryRow(i)
      this.#points.distances(i, covariance, row)
      matern52(covariance, this.#slopes, row, i)
      for (let j = row; j < row + i; j++) covariance[j] = scale * (covariance[j] as number)
      covariance[row + i] = scale + noise + (this.#known?.[i] ?? 0)
    }
  }

  /** Writes the slopes of -log p(y) by log w_k. */
  #lengthscaleSlopes({ scale }: KernelParameters, gradient: Float64Array): void {
    const n = this.#n
    const [alpha, inverse, slopes] = [this.#alpha, this.#inverse, this.#slopes]
    gradient.fill(0)
    for (let i = 1; i < n; i++) {
      const row = i * n
      const alphaI = alpha[i] as number
      for (let j = 0; j < i; j++) {
        const weight = alphaI * (alpha[j] as number) - (inverse[row + j] as number)
        slopes[row + j] = -scale * weight * (slopes[row + j] as number)
      }
      this.#points.queryRow(i)
      this.#points.addWeightSlopes(i, slopes, row, gradient)
    }
  }
}

/** -log p(θ), its slopes added to the gradient. */
function priorLoss(
  { inverseSquaredLengthscales, scale, noise }: KernelParameters,
  gradient: Float64Array,
): number {
  const dimension = inverseSquaredLengthscales.length
  let loss = scale - Math.log(scale) + 30 * noise - 0.1 * Math.log(noise)
  gradient[dimension] = (gradient[dimension] as number) + scale - 1
  gradient[dimension + 1] = (gradient[dimension + 1] as number) + (30 - 0.1 / noise) * (noise - LEAST_NOISE)
  for (let k = 0; k < dimension; k++) {
    const w = inverseSquaredLengthscales[k] as number
    loss += 0.1 / w + 0.1 * w
    gradient[k] = (gradient[k] as number) + 0.1 * w - 0.1 / w
  }
  return loss
}
