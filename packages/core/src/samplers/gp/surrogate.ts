/**
 * A Gaussian process after observations: what a function may be at any point, and how that changes with the point.
 *
 * With C = L Lᵀ the covariance of observations y and v(x) = L⁻¹ k(x), the function has at x the mean vᵀ L⁻¹ y and the
 * variance s - vᵀv. Running trials enter as further rows of C without noise, and are believed to have their mean: that
 * leaves the mean as it is everywhere, and lowers the variance around them, so that the next trial keeps away.
 *
 * Tried and left out: their values drawn 32 times, each draw with a mean of its own. From 5 to 50 trials in flight and
 * on five functions it came nearer to the minimum as often as not, in twice the time.
 *
 * Sources: C. E. Rasmussen, C. K. I. Williams (2006), algorithm 2.1; D. Ginsbourger, R. Le Riche, L. Carraro, "Kriging
 * Is Well-Suited to Parallelize Optimization", 2010 (the kriging believer).
 */
import { multiplyLower, multiplyLowerTransposed } from '../../numeric/cholesky.ts'
import { Covariance, type InverseFactor } from './covariance.ts'
import { type KernelParameters, matern52 } from './matern.ts'
import { ScaledPoints } from './scaled-points.ts'
import type { Points } from './unit-space.ts'

/** Keeps the deviation off 0, where its slope is infinite. */
const LEAST_VARIANCE = 1e-12

/** What a surrogate is made from. */
export interface SurrogateOptions {
  /** Observed points, then those of running trials. */
  readonly points: Points
  readonly isCategorical: Uint8Array
  readonly kernel: KernelParameters
  /** L⁻¹ of the first points, where it is known. */
  readonly factor?: InverseFactor
  /** y, one for each observed point. */
  readonly targets: Float64Array
  /** The variance of each of them that is known beforehand, besides the kernel's noise. Default: none. */
  readonly known?: Float64Array
}

export class Surrogate {
  readonly kernel: KernelParameters
  /** Of the function, at the last point asked for. */
  mean = 0
  deviation = 0
  readonly #size: number
  readonly #points: ScaledPoints
  readonly #inverseFactor: Float64Array
  /** L⁻¹ y, and 0 for running trials. */
  readonly #whiteTargets: Float64Array
  readonly #covariances: Float64Array
  readonly #slopes: Float64Array
  /** v */
  readonly #white: Float64Array
  readonly #byWhite: Float64Array
  /** s - vᵀv; rounding may make it negative. */
  #variance = 0

  constructor({ points, isCategorical, kernel, factor, targets, known }: SurrogateOptions) {
    const [size, observed] = [points.count, targets.length]
    this.kernel = kernel
    this.#size = size
    this.#points = new ScaledPoints(points, isCategorical)
    this.#points.rescale(kernel.inverseSquaredLengthscales)
    const covariance = new Covariance(this.#points, kernel, observed, known)
    const { values } = factor === undefined ? covariance.inverseFactor() : covariance.extended(factor)
    this.#inverseFactor = values
    this.#whiteTargets = new Float64Array(size)
    multiplyLower(values, observed, targets, this.#whiteTargets, size)
    this.#covariances = new Float64Array(size)
    this.#slopes = new Float64Array(size)
    this.#white = new Float64Array(size)
    this.#byWhite = new Float64Array(size)
  }

  /**
   * [C⁻¹y]_i and [C⁻¹]_ii of each observation: their quotient is the error with which the others foretell it. Source:
   * Rasmussen, Williams (2006), equation 5.12.
   */
  leftOut(): { readonly weights: Float64Array; readonly precisions: Float64Array } {
    const n = this.#size
    const inverse = this.#inverseFactor
    const [weights, precisions] = [new Float64Array(n), new Float64Array(n)]
    for (let k = 0; k < n; k++)
      for (let i = 0; i <= k; i++) {
        const element = inverse[k * n + i] as number
        weights[i] = (weights[i] as number) + element * (this.#whiteTargets[k] as number)
        precisions[i] = (precisions[i] as number) + element * element
      }
    return { weights, precisions }
  }

  /** Moves to a point. */
  at(point: Float64Array): void {
    const n = this.#size
    const { scale } = this.kernel
    this.#points.query(point)
    this.#points.distances(n, this.#covariances, 0)
    matern52(this.#covariances, this.#slopes, 0, n)
    for (let i = 0; i < n; i++) this.#covariances[i] = scale * (this.#covariances[i] as number)
    multiplyLower(this.#inverseFactor, n, this.#covariances, this.#white)
    let [mean, explained] = [0, 0]
    for (let i = 0; i < n; i++) {
      const v = this.#white[i] as number
      mean += v * (this.#whiteTargets[i] as number)
      explained += v * v
    }
    this.mean = mean
    this.#variance = scale - explained
    this.deviation = Math.sqrt(Math.max(this.#variance, 0) + LEAST_VARIANCE)
  }

  /** Adds the gradient, at the last point, of what has these slopes by the mean and by the deviation. */
  addGradient(byMean: number, byDeviation: number, gradient: Float64Array): void {
    const n = this.#size
    const byExplained = this.#variance > 0 ? -byDeviation / this.deviation : 0
    for (let i = 0; i < n; i++)
      this.#byWhite[i] = byMean * (this.#whiteTargets[i] as number) + byExplained * (this.#white[i] as number)
    const factors = this.#covariances
    multiplyLowerTransposed(this.#inverseFactor, n, this.#byWhite, factors)
    const { scale } = this.kernel
    for (let i = 0; i < n; i++) factors[i] = scale * (factors[i] as number) * (this.#slopes[i] as number)
    this.#points.addSlopes(factors, gradient)
  }
}
