import { inverseMills } from '../../numeric/expected-improvement.ts'
import { logNormalCdf } from '../../numeric/truncated-normal.ts'
import type { Utility } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

/** The probability that a constraint holds: P(f(x) <= limit) = Φ(z), with z = (limit - μ) / σ. */
export class Feasibility implements Utility {
  readonly #surrogate: Surrogate
  readonly #limit: number
  #z = 0

  constructor(surrogate: Surrogate, limit: number) {
    this.#surrogate = surrogate
    this.#limit = limit
  }

  at(point: Float64Array): number {
    this.#surrogate.at(point)
    this.#z = (this.#limit - this.#surrogate.mean) / this.#surrogate.deviation
    return logNormalCdf(this.#z)
  }

  addGradient(gradient: Float64Array): void {
    const byMean = -inverseMills(this.#z) / this.#surrogate.deviation
    this.#surrogate.addGradient(byMean, byMean * this.#z, gradient)
  }
}
