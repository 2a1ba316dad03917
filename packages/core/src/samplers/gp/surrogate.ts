/**
 * A Gaussian process after observations: what a function may be at any point, and how that changes with the point.
 *
 * Running trials are conditioned on as well. They enter the covariance C of observations as further rows, without
 * noise; their values are unknown and drawn jointly, one set for each sample. With C = L Lᵀ and v(x) = L⁻¹ k(x), split
 * into v₁ for observations and v₂ for running trials, and ε standard normal numbers, sample m has at x the mean
 * v₁ᵀ L₁⁻¹ y + v₂ᵀ ε_m and the variance s - vᵀv. For the functions themselves at the running trials that gives
 * f_m = μ + L₂ ε_m.
 *
 * Source: C. E. Rasmussen, C. K. I. Williams (2006), algorithm 2.1; J. Snoek, H. Larochelle, R. P. Adams, "Practical
 * Bayesian Optimization of Machine Learning Algorithms", NIPS 2012, section 3.2 (values of running trials sampled).
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
  /** ε by sample, one number for each running trial: at least one sample. */
  readonly samples: readonly Float64Array[]
}

export class Surrogate {
  readonly kernel: KernelParameters
  /** The deviation at the last point asked for. */
  deviation = 0
  readonly #observed: number
  readonly #size: number
  readonly #points: ScaledPoints
  readonly #samples: readonly Float64Array[]
  readonly #inverseFactor: Float64Array
  /** L⁻¹ of the values: L₁⁻¹ y. */
  readonly #whiteTargets: Float64Array
  readonly #covariances: Float64Array
  readonly #slopes: Float64Array
  /** v */
  readonly #white: Float64Array
  /** The slopes collected by v₂, and by the mean without samples. */
  readonly #pushed: Float64Array
  #pushedMean = 0
  #pushedDeviation = 0
  #mean = 0
  /** s - vᵀv; rounding may make it negative. */
  #variance = 0

  constructor({ points, isCategorical, kernel, factor, targets, samples }: SurrogateOptions) {
    this.kernel = kernel
    this.#observed = targets.length
    this.#size = points.count
    this.#points = new ScaledPoints(points, isCategorical)
    this.#points.rescale(kernel.inverseSquaredLengthscales)
    this.#samples = samples
    this.#covariances = new Float64Array(this.#size)
    this.#slopes = new Float64Array(this.#size)
    this.#white = new Float64Array(this.#size)
    this.#pushed = new Float64Array(this.#size)
    const covariance = new Covariance(this.#points, kernel, this.#observed)
    const { values } = factor === undefined ? covariance.inverseFactor() : covariance.extended(factor)
    this.#inverseFactor = values
    this.#whiteTargets = new Float64Array(this.#size)
    const padded = new Float64Array(this.#size)
    padded.set(targets)
    multiplyLower(this.#inverseFactor, this.#size, padded, this.#whiteTargets)
  }

  /** Moves to a point: what is asked and pushed from now on is of it. */
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
      explained += v * v
      if (i < this.#observed) mean += v * (this.#whiteTargets[i] as number)
    }
    this.#mean = mean
    this.#variance = scale - explained
    this.deviation = Math.sqrt(Math.max(this.#variance, 0) + LEAST_VARIANCE)
  }

  /** The mean in one sample. */
  mean(sample: number): number {
    const epsilon = this.#samples[sample] as Float64Array
    let mean = this.#mean
    for (let j = 0; j < epsilon.length; j++)
      mean += (this.#white[this.#observed + j] as number) * (epsilon[j] as number)
    return mean
  }

  /** Collects slopes of a figure: by the mean of one sample, and by the deviation. */
  push(sample: number, byMean: number, byDeviation: number): void {
    const epsilon = this.#samples[sample] as Float64Array
    this.#pushedMean += byMean
    this.#pushedDeviation += byDeviation
    for (let j = 0; j < epsilon.length; j++) {
      const at = this.#observed + j
      this.#pushed[at] = (this.#pushed[at] as number) + byMean * (epsilon[j] as number)
    }
  }

  /** Adds what the collected slopes come to at the point to `gradient`, and forgets them. */
  pull(gradient: Float64Array): void {
    const n = this.#size
    const pushed = this.#pushed
    const byExplained = this.#variance > 0 ? -this.#pushedDeviation / this.deviation : 0
    for (let i = 0; i < n; i++) {
      const byTarget = i < this.#observed ? this.#pushedMean * (this.#whiteTargets[i] as number) : 0
      pushed[i] = (pushed[i] as number) + byTarget + byExplained * (this.#white[i] as number)
    }
    const factors = this.#covariances
    multiplyLowerTransposed(this.#inverseFactor, n, pushed, factors)
    const { scale } = this.kernel
    for (let i = 0; i < n; i++) factors[i] = scale * (factors[i] as number) * (this.#slopes[i] as number)
    this.#points.addSlopes(factors, gradient)
    pushed.fill(0)
    this.#pushedMean = 0
    this.#pushedDeviation = 0
  }
}
