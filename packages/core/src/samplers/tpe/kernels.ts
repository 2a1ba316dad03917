/**
 * The kernels of one parameter: what each observation says about where further ones will be.
 *
 * n observations make n + 1 kernels; the last is the prior, which covers the whole range. Numbers get truncated
 * normals with bandwidths from the distance to their neighbours, on the log scale for log ranges; values on a grid
 * get the mass of their cell. Choices get a little of every choice and much of the observed one.
 *
 * Sources: J. Bergstra et al., NIPS 2011, section 4.2 (adaptive bandwidths); S. Watanabe, "Tree-Structured Parzen
 * Estimator: Understanding Its Algorithm Components", arXiv:2304.11127, sections 3.3 (bandwidth, magic clipping) and
 * 3.3.1 (categorical kernel); defaults as in Optuna 5.
 */

import { LOG_SQRT_2PI, logNormalMass, truncatedNormalQuantile } from '../../numeric/truncated-normal.ts'
import type { Distribution, FloatDistribution, IntDistribution } from '../../space/index.ts'
import { nearestValue } from '../../space/index.ts'

/** No bandwidth is narrower than this part of the range. */
const MOST_KERNELS_ACROSS = 100

/** The kernels of one parameter, all with one interface. */
export interface Kernels {
  /** Adds to `sums[k]` the log density of kernel k at the internal value. */
  addLogDensities(internal: number, sums: Float64Array): void
  /** An internal value drawn from kernel k, by a uniform number. */
  sample(kernel: number, u: number): number
}

/** The kernels of observed internal values, in the order of the observations, the prior last. */
export function kernelsOf(distribution: Distribution, observations: Float64Array): Kernels {
  if (distribution.kind === 'categorical')
    return new CategoricalKernels(distribution.choices.length, observations)
  return isPoint(distribution)
    ? pointKernels(distribution.low)
    : new NumericalKernels(distribution, observations)
}

/** Whether the range is so narrow, on the scale of the kernels, that the inverse of a bandwidth is no number. */
function isPoint({ low, high, log, step }: FloatDistribution | IntDistribution): boolean {
  const range = log ? Math.log(high) - Math.log(low) : high - low
  return step === null && !Number.isFinite(MOST_KERNELS_ACROSS / range)
}

/** Kernels that know only one value. */
function pointKernels(value: number): Kernels {
  return { addLogDensities: () => {}, sample: () => value }
}

/** Kernels over a range of numbers; public figures are on the scale of the kernels, the logarithm for log ranges. */
export class NumericalKernels implements Kernels {
  readonly mus: Float64Array
  readonly sigmas: Float64Array
  readonly #distribution: FloatDistribution | IntDistribution
  readonly #low: number
  readonly #high: number
  readonly #inverseSigmas: Float64Array
  /** For each kernel: minus the log of what the range and the scale divide its density by. */
  readonly #offsets: Float64Array

  constructor(distribution: FloatDistribution | IntDistribution, observations: Float64Array) {
    const { low, high, log, step } = distribution
    const half = step === null ? 0 : step / 2
    this.#distribution = distribution
    this.#low = log ? Math.log(low - half) : low - half
    this.#high = log ? Math.log(high + half) : high + half
    const kernels = observations.length + 1
    this.mus = new Float64Array(kernels)
    for (const [k, internal] of observations.entries()) this.mus[k] = log ? Math.log(internal) : internal
    this.mus[kernels - 1] = 0.5 * this.#low + 0.5 * this.#high
    this.sigmas = bandwidths(this.mus.subarray(0, kernels - 1), this.#low, this.#high)
    this.#inverseSigmas = this.sigmas.map((sigma) => 1 / sigma)
    this.#offsets = this.sigmas.map((sigma, k) => {
      const mass = logNormalMass(this.#scaled(this.#low, k), this.#scaled(this.#high, k))
      return step === null ? -mass - Math.log(sigma) - LOG_SQRT_2PI : -mass
    })
  }

  addLogDensities(internal: number, sums: Float64Array): void {
    const { log, step } = this.#distribution
    if (step === null) this.#addContinuous(log ? Math.log(internal) : internal, sums)
    else {
      const [left, right] = [internal - step / 2, internal + step / 2]
      this.#addCell(log ? Math.log(left) : left, log ? Math.log(right) : right, sums)
    }
  }

  sample(kernel: number, u: number): number {
    const z = truncatedNormalQuantile(u, this.#scaled(this.#low, kernel), this.#scaled(this.#high, kernel))
    const x = (this.mus[kernel] as number) + z * (this.sigmas[kernel] as number)
    return nearestValue(this.#distribution, this.#distribution.log ? Math.exp(x) : x)
  }

  #scaled(x: number, kernel: number): number {
    return (x - (this.mus[kernel] as number)) * (this.#inverseSigmas[kernel] as number)
  }

  #addContinuous(x: number, sums: Float64Array): void {
    const mus = this.mus
    const inverseSigmas = this.#inverseSigmas
    const offsets = this.#offsets
    for (let k = 0; k < mus.length; k++) {
      const z = (x - (mus[k] as number)) * (inverseSigmas[k] as number)
      sums[k] = (sums[k] as number) + (offsets[k] as number) - 0.5 * z * z
    }
  }

  #addCell(left: number, right: number, sums: Float64Array): void {
    for (let k = 0; k < this.mus.length; k++) {
      const mass = logNormalMass(this.#scaled(left, k), this.#scaled(right, k))
      sums[k] = (sums[k] as number) + (this.#offsets[k] as number) + mass
    }
  }
}

/**
 * The bandwidth of each kernel, the prior's last: the larger distance to a neighbour, the ends of the range counting
 * as neighbours only of a single observation; never below range / min(100, n + 2), never above the range.
 */
function bandwidths(mus: Float64Array, low: number, high: number): Float64Array {
  const n = mus.length
  const sigmas = new Float64Array(n + 1)
  const range = high - low
  const least = range / Math.min(MOST_KERNELS_ACROSS, n + 2)
  const order = Array.from(mus.keys()).sort((a, b) => (mus[a] as number) - (mus[b] as number))
  for (const [i, k] of order.entries()) {
    const mu = mus[k] as number
    const before = i > 0 ? (mus[order[i - 1] as number] as number) : low
    const after = i < n - 1 ? (mus[order[i + 1] as number] as number) : high
    const toBefore = i > 0 || n === 1 ? mu - before : 0
    const toAfter = i < n - 1 || n === 1 ? after - mu : 0
    sigmas[k] = Math.min(Math.max(toBefore, toAfter, least), range)
  }
  sigmas[n] = range
  return sigmas
}

/** Kernels over a list of choices: of n + 1 kernels each gives every choice 1 / (n + 1), and its own one more. */
class CategoricalKernels implements Kernels {
  readonly #choices: number
  readonly #observed: Float64Array
  readonly #share: number
  readonly #logOther: number
  readonly #logOwn: number

  constructor(choices: number, observed: Float64Array) {
    this.#choices = choices
    this.#observed = observed
    this.#share = 1 / (observed.length + 1)
    const total = choices * this.#share + 1
    this.#logOther = Math.log(this.#share / total)
    this.#logOwn = Math.log((this.#share + 1) / total)
  }

  addLogDensities(internal: number, sums: Float64Array): void {
    const observed = this.#observed
    for (let k = 0; k < observed.length; k++) {
      sums[k] = (sums[k] as number) + (observed[k] === internal ? this.#logOwn : this.#logOther)
    }
    sums[observed.length] = (sums[observed.length] as number) - Math.log(this.#choices)
  }

  sample(kernel: number, u: number): number {
    const last = this.#choices - 1
    const own = this.#observed[kernel]
    if (own === undefined) return Math.min(Math.floor(u * this.#choices), last)
    // The choices laid end to end: each as long as the share, the kernel's own one longer.
    const at = u * (this.#choices * this.#share + 1)
    const begin = own * this.#share
    if (at < begin) return Math.floor(at / this.#share)
    if (at < begin + this.#share + 1) return own
    return Math.min(Math.floor((at - 1) / this.#share), last)
  }
}
