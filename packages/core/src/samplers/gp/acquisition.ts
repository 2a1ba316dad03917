/**
 * What a point is worth trying: the logarithm of the mean, over samples of the running trials' values, of a product of
 * utilities. Logarithms, so that it has slopes even where the worth itself would underflow.
 *
 * Sources: S. Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", NeurIPS 2023;
 * the product of improvement and feasibility: J. R. Gardner et al., "Bayesian Optimization with Inequality
 * Constraints", ICML 2014, equation 7; samples of running trials: J. Snoek et al., NIPS 2012, section 3.2.
 */

/** One factor of the worth. Lower values of the modelled functions are better. */
export interface Utility {
  /** Moves to a point: what is asked from now on is of it. */
  at(point: Float64Array): void
  /** The logarithm of the utility in one sample. */
  logValue(sample: number): number
  /** Collects the slopes of `weight` times {@link logValue}. */
  push(sample: number, weight: number): void
  /** Adds what the collected slopes come to at the point to `gradient`, and forgets them. */
  pull(gradient: Float64Array): void
}

export class Acquisition {
  readonly #utilities: readonly Utility[]
  readonly #logs: Float64Array

  /** @param samples how many samples the utilities know. */
  constructor(utilities: readonly Utility[], samples: number) {
    this.#utilities = utilities
    this.#logs = new Float64Array(samples)
  }

  /** The acquisition at a point; its gradient is written where there is room for one. */
  evaluate(point: Float64Array, gradient?: Float64Array): number {
    const logs = this.#logs
    for (const utility of this.#utilities) utility.at(point)
    let most = Number.NEGATIVE_INFINITY
    for (let m = 0; m < logs.length; m++) {
      let sum = 0
      for (const utility of this.#utilities) sum += utility.logValue(m)
      logs[m] = sum
      if (sum > most) most = sum
    }
    if (most === Number.NEGATIVE_INFINITY) {
      gradient?.fill(0)
      return most
    }
    let total = 0
    for (let m = 0; m < logs.length; m++) total += Math.exp((logs[m] as number) - most)
    if (gradient !== undefined) this.#differentiate(most, total, gradient)
    return most + Math.log(total / logs.length)
  }

  #differentiate(most: number, total: number, gradient: Float64Array): void {
    gradient.fill(0)
    for (let m = 0; m < this.#logs.length; m++) {
      const weight = Math.exp((this.#logs[m] as number) - most) / total
      for (const utility of this.#utilities) utility.push(m, weight)
    }
    for (const utility of this.#utilities) utility.pull(gradient)
  }
}
