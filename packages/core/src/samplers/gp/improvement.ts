import { improvementSlope, improvementSpread, logImprovement } from '../../numeric/expected-improvement.ts'
import type { Utility } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

/**
 * The expected improvement on the best value: E[max(best - f(x), 0)].
 *
 * With running trials, each sample has the best value of its own that they would leave behind. The mean over samples
 * then is what the point adds to the expected improvement of all of them together (qEI, chosen greedily).
 */
export class Improvement implements Utility {
  readonly #surrogate: Surrogate
  readonly #best: Float64Array

  /** @param best by sample; `Infinity` where nothing feasible is known: then all points are worth 1. */
  constructor(surrogate: Surrogate, best: Float64Array) {
    this.#surrogate = surrogate
    this.#best = best
  }

  at(point: Float64Array): void {
    this.#surrogate.at(point)
  }

  logValue(sample: number): number {
    const z = this.#z(sample)
    return z === Number.POSITIVE_INFINITY ? 0 : logImprovement(z) + Math.log(this.#surrogate.deviation)
  }

  push(sample: number, weight: number): void {
    const z = this.#z(sample)
    if (z === Number.POSITIVE_INFINITY) return
    const share = weight / this.#surrogate.deviation
    this.#surrogate.push(sample, -share * improvementSlope(z), share * improvementSpread(z))
  }

  pull(gradient: Float64Array): void {
    this.#surrogate.pull(gradient)
  }

  #z(sample: number): number {
    return ((this.#best[sample] as number) - this.#surrogate.mean(sample)) / this.#surrogate.deviation
  }
}
