/**
 * What a point is worth trying: a product of utilities, as the sum of their logarithms, which have slopes even where the
 * worth itself would underflow.
 *
 * Sources: S. Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", NeurIPS 2023;
 * the product of improvement and feasibility: J. R. Gardner et al., "Bayesian Optimization with Inequality
 * Constraints", ICML 2014, equation 7.
 */

/** One factor of the worth. Lower values of the modelled functions are better. */
export interface Utility {
  /** The logarithm of the utility at a point. */
  at(point: Float64Array): number
  /** Adds the gradient at the last point asked for. */
  addGradient(gradient: Float64Array): void
}

export class Acquisition {
  readonly #utilities: readonly Utility[]

  constructor(utilities: readonly Utility[]) {
    this.#utilities = utilities
  }

  /** The acquisition at a point; its gradient is written where there is room for one. */
  evaluate(point: Float64Array, gradient?: Float64Array): number {
    let sum = 0
    for (const utility of this.#utilities) sum += utility.at(point)
    if (gradient !== undefined) {
      gradient.fill(0)
      for (const utility of this.#utilities) utility.addGradient(gradient)
    }
    return sum
  }
}
