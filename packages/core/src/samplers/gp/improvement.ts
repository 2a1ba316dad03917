import { improvementSlope, improvementSpread, logImprovement } from '../../numeric/expected-improvement.ts'
import type { Utility } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

/** The expected improvement on the best value: E[max(best - f(x), 0)] = σ h(z), with z = (best - μ) / σ. */
export class Improvement implements Utility {
  readonly #surrogate: Surrogate
  readonly #best: number
  #z = 0

  constructor(surrogate: Surrogate, best: number) {
    this.#surrogate = surrogate
    this.#best = best
  }

  at(point: Float64Array): number {
    this.#surrogate.at(point)
    const { mean, deviation } = this.#surrogate
    this.#z = (this.#best - mean) / deviation
    return logImprovement(this.#z) + Math.log(deviation)
  }

  addGradient(gradient: Float64Array): void {
    const { deviation } = this.#surrogate
    const byMean = -improvementSlope(this.#z) / deviation
    this.#surrogate.addGradient(byMean, improvementSpread(this.#z) / deviation, gradient)
  }
}
