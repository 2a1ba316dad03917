import { inverseMills } from '../../numeric/expected-improvement.ts'
import { logNormalCdf } from '../../numeric/truncated-normal.ts'
import type { Utility } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

/** The probability that a constraint holds: P(f(x) <= limit). */
export class Feasibility implements Utility {
  readonly #surrogate: Surrogate
  readonly #limit: number

  constructor(surrogate: Surrogate, limit: number) {
    this.#surrogate = surrogate
    this.#limit = limit
  }

  at(point: Float64Array): void {
    this.#surrogate.at(point)
  }

  logValue(sample: number): number {
    return logNormalCdf(this.#z(sample))
  }

  push(sample: number, weight: number): void {
    const z = this.#z(sample)
    const slope = (weight * inverseMills(z)) / this.#surrogate.deviation
    this.#surrogate.push(sample, -slope, -slope * z)
  }

  pull(gradient: Float64Array): void {
    this.#surrogate.pull(gradient)
  }

  #z(sample: number): number {
    return (this.#limit - this.#surrogate.mean(sample)) / this.#surrogate.deviation
  }
}
