/**
 * A mixture of products of kernels: the density that TPE fits to a set of trials.
 *
 * p(x) = Σ_k w_k Π_d κ_kd(x_d), with one k for each trial and one for the prior (Watanabe, arXiv:2304.11127, eq. 6;
 * products over the parameters as in Falkner et al., "BOHB", ICML 2018, section 3.2).
 */
import type { RandomStream } from '../../random/index.ts'
import type { SearchSpace } from '../../space/index.ts'
import { type Kernels, kernelsOf } from './kernels.ts'

/** How many of the newest trials have full weight; older ones fade linearly down to 1/n. */
const FULL_WEIGHT_TRIALS = 25

/** Observed internal values: for each parameter one array, the trials by number in all of them. */
export type Observations = ReadonlyMap<string, Float64Array>

/** A fitted density over the parameters of a space. */
export class ParzenEstimator {
  /** w_k, summing to 1, the prior's last. */
  readonly weights: Float64Array
  readonly #names: readonly string[]
  readonly #kernels: readonly Kernels[]
  readonly #logWeights: Float64Array
  readonly #sums: Float64Array

  /** @param uniform whether all trials weigh the same, however old. */
  constructor(space: SearchSpace, observations: Observations, trials: number, uniform: boolean) {
    this.#names = Object.keys(space)
    this.#kernels = this.#names.map((name) =>
      kernelsOf(space[name] as SearchSpace[string], observations.get(name) as Float64Array),
    )
    this.weights = mixtureWeights(trials, uniform)
    this.#logWeights = this.weights.map(Math.log)
    this.#sums = new Float64Array(trials + 1)
  }

  /** log p(x) of internal values, by parameter in the order of the space. */
  logDensity(point: readonly number[]): number {
    const sums = this.#sums
    sums.set(this.#logWeights)
    for (const [d, kernels] of this.#kernels.entries()) kernels.addLogDensities(point[d] as number, sums)
    return logSumExp(sums)
  }

  /** Internal values drawn from the density, by parameter in the order of the space. */
  sample(stream: RandomStream): number[] {
    let rest = stream.uniform()
    let k = 0
    while (k < this.weights.length - 1 && rest >= (this.weights[k] as number))
      rest -= this.weights[k++] as number
    return this.#kernels.map((kernels) => kernels.sample(k, stream.uniform()))
  }
}

function mixtureWeights(trials: number, uniform: boolean): Float64Array {
  const weights = new Float64Array(trials + 1).fill(1)
  const fading = trials - FULL_WEIGHT_TRIALS
  if (!uniform) {
    for (let i = 0; i < fading; i++)
      weights[i] = fading === 1 ? 1 / trials : 1 / trials + ((1 - 1 / trials) * i) / (fading - 1)
  }
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

function logSumExp(terms: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY
  for (let k = 0; k < terms.length; k++) if ((terms[k] as number) > max) max = terms[k] as number
  if (max === Number.NEGATIVE_INFINITY) return max
  let sum = 0
  for (let k = 0; k < terms.length; k++) sum += Math.exp((terms[k] as number) - max)
  return max + Math.log(sum)
}
