/**
 * The kernels of a numerical parameter: truncated normals around the observations, and a wide one over the range.
 *
 * n observations make n + 1 kernels, the prior last. All figures are on the scale of the kernels: the logarithm for
 * log ranges. A value on a grid has the mass of its cell, half a step to each side; the range is widened by as much.
 *
 * Sources: J. Bergstra et al., NIPS 2011, section 4.2; S. Watanabe, arXiv:2304.11127; defaults as in
 * Optuna 5.
 */
import { LOG_SQRT_2PI, logNormalMass, truncatedNormalQuantile } from '../../numeric/truncated-normal.ts'
import { type FloatDistribution, type IntDistribution, nearestValue } from '../../space/index.ts'
import { bandwidths, MOST_KERNELS_ACROSS } from './bandwidths.ts'

/** Beyond so many standard deviations lies less than 1e-18: what is cut off there changes no density. */
const NOTHING_BEYOND = 9

/** A kernel further outside the range than this many ranges is moved to there: within the range it looks the same. */
const FURTHEST = 1e4

/** Whether the range, on the scale of the kernels, is one that bandwidths can be computed for. */
export function hasBandwidths(distribution: FloatDistribution | IntDistribution): boolean {
  const [low, high] = bounds(distribution)
  const range = high - low
  return Number.isFinite(range * FURTHEST) && Number.isFinite(MOST_KERNELS_ACROSS / range)
}

/** Truncated normals over a range that {@link hasBandwidths}. */
export class NumericalKernels {
  readonly mus: Float64Array
  readonly sigmas: Float64Array
  /** 1 / σ. */
  readonly inverses: Float64Array
  /** Log density of each kernel where (x - μ) / σ is 0; on a grid, minus the log of its mass in the range. */
  readonly offsets: Float64Array
  readonly #distribution: FloatDistribution | IntDistribution
  readonly #low: number
  readonly #high: number

  /** @param observations internal values. */
  constructor(distribution: FloatDistribution | IntDistribution, observations: Float64Array) {
    const [low, high] = bounds(distribution)
    this.#distribution = distribution
    this.#low = low
    this.#high = high
    const n = observations.length
    this.mus = new Float64Array(n + 1)
    const [least, most] = [low - FURTHEST * (high - low), high + FURTHEST * (high - low)]
    for (let k = 0; k < n; k++) {
      const mu = distribution.log ? Math.log(observations[k] as number) : (observations[k] as number)
      this.mus[k] = mu < least ? least : mu > most ? most : mu
    }
    this.mus[n] = 0.5 * low + 0.5 * high
    this.sigmas = bandwidths(this.mus.subarray(0, n), low, high)
    this.inverses = new Float64Array(n + 1)
    this.offsets = new Float64Array(n + 1)
    this.#normalise()
  }

  get isGrid(): boolean {
    return this.#distribution.step !== null
  }

  /** Where the cell of an internal value begins; the value itself where there is no grid. */
  left(internal: number): number {
    const { log, step } = this.#distribution
    const x = step === null ? internal : internal - step / 2
    return log ? Math.log(x) : x
  }

  /** Where the cell of an internal value ends. */
  right(internal: number): number {
    const { log, step } = this.#distribution
    const x = step === null ? internal : internal + step / 2
    return log ? Math.log(x) : x
  }

  /** The log of the mass that kernel k, not truncated, has in a cell. */
  logMass(kernel: number, left: number, right: number): number {
    const [mu, inverse] = [this.mus[kernel] as number, this.inverses[kernel] as number]
    return logNormalMass((left - mu) * inverse, (right - mu) * inverse)
  }

  /** An internal value drawn from kernel k, by a uniform number. */
  sample(kernel: number, u: number): number {
    const [mu, inverse] = [this.mus[kernel] as number, this.inverses[kernel] as number]
    const z = truncatedNormalQuantile(u, (this.#low - mu) * inverse, (this.#high - mu) * inverse)
    const x = mu + z * (this.sigmas[kernel] as number)
    return nearestValue(this.#distribution, this.#distribution.log ? Math.exp(x) : x)
  }

  #normalise(): void {
    const { mus, sigmas, inverses, offsets, isGrid } = this
    const [low, high] = [this.#low, this.#high]
    let [sigma, inverse, logDensity] = [0, 0, 0]
    for (let k = 0; k < mus.length; k++) {
      // Most kernels have the least bandwidth: one logarithm serves them all.
      if (sigmas[k] !== sigma) {
        sigma = sigmas[k] as number
        inverse = 1 / sigma
        logDensity = isGrid ? 0 : -Math.log(sigma) - LOG_SQRT_2PI
      }
      const a = (low - (mus[k] as number)) * inverse
      const b = (high - (mus[k] as number)) * inverse
      const isInside = a < -NOTHING_BEYOND && b > NOTHING_BEYOND
      inverses[k] = inverse
      offsets[k] = isInside ? logDensity : logDensity - logNormalMass(a, b)
    }
  }
}

/** The range on the scale of the kernels. */
function bounds({ low, high, log, step }: FloatDistribution | IntDistribution): readonly [number, number] {
  const half = step === null ? 0 : step / 2
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half]
}
