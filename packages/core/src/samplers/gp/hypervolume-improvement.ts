/**
 * The expected hypervolume improvement: how much more the front would dominate with the point in it.
 *
 * With independent surrogates it is exact: each box [l, u] of what no point dominates adds
 * Π_i (E[max(u_i - f_i(x), 0)] - E[max(l_i - f_i(x), 0)]). Source: K. Yang et al., "Efficient Computation of Expected
 * Hypervolume Improvement Using Box Decomposition Algorithms", Journal of Global Optimization 75, 2019; here by
 * logarithms, as S. Ament et al. (2023) do for one objective.
 */
import { improvementSlope, improvementSpread, logImprovement } from '../../numeric/expected-improvement.ts'
import type { Box } from '../../numeric/nondominated-boxes.ts'
import type { Utility } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

export class HypervolumeImprovement implements Utility {
  readonly #surrogates: readonly Surrogate[]
  readonly #boxes: number
  /** By objective: the different ends of boxes. They repeat: an improvement is computed once for each. */
  readonly #ends: readonly Float64Array[]
  /** By objective, then end: log E[max(end - f, 0)], and the slopes collected for it. */
  readonly #logs: readonly Float64Array[]
  readonly #slopes: readonly Float64Array[]
  /** By box, then objective: which ends. */
  readonly #lower: Int32Array
  readonly #upper: Int32Array
  /** By box, then objective: log of a factor. By box: of the product. */
  readonly #logFactors: Float64Array
  readonly #logProducts: Float64Array
  #total = 0

  /** @param boxes those that no point of the front dominates. */
  constructor(surrogates: readonly Surrogate[], boxes: readonly Box[]) {
    this.#surrogates = surrogates
    this.#boxes = boxes.length
    this.#ends = surrogates.map((_, i) => {
      const ends = boxes.flatMap(({ lower, upper }) => [lower[i] as number, upper[i] as number])
      return Float64Array.from(new Set(ends)).sort()
    })
    this.#logs = this.#ends.map((ends) => new Float64Array(ends.length))
    this.#slopes = this.#ends.map((ends) => new Float64Array(ends.length))
    const indices = (side: 'lower' | 'upper') =>
      Int32Array.from(
        boxes.flatMap((box) => this.#ends.map((ends, i) => ends.indexOf(box[side][i] as number))),
      )
    this.#lower = indices('lower')
    this.#upper = indices('upper')
    this.#logFactors = new Float64Array(boxes.length * surrogates.length)
    this.#logProducts = new Float64Array(boxes.length)
  }

  at(point: Float64Array): number {
    for (let i = 0; i < this.#surrogates.length; i++) this.#improveEnds(i, point)
    let most = Number.NEGATIVE_INFINITY
    for (let b = 0, at = 0; b < this.#boxes; b++) {
      let product = 0
      for (let i = 0; i < this.#surrogates.length; i++, at++) {
        const logs = this.#logs[i] as Float64Array
        const factor = logDifference(
          logs[this.#upper[at] as number] as number,
          logs[this.#lower[at] as number] as number,
        )
        this.#logFactors[at] = factor
        product += factor
      }
      this.#logProducts[b] = product
      if (product > most) most = product
    }
    let sum = 0
    for (let b = 0; b < this.#boxes; b++) sum += Math.exp((this.#logProducts[b] as number) - most)
    this.#total = most === Number.NEGATIVE_INFINITY ? most : most + Math.log(sum)
    return this.#total
  }

  addGradient(gradient: Float64Array): void {
    if (this.#total === Number.NEGATIVE_INFINITY) return
    for (const slopes of this.#slopes) slopes.fill(0)
    for (let b = 0, at = 0; b < this.#boxes; b++) {
      const share = Math.exp((this.#logProducts[b] as number) - this.#total)
      for (let i = 0; i < this.#surrogates.length; i++, at++) {
        if (share === 0) continue
        const logs = this.#logs[i] as Float64Array
        const slopes = this.#slopes[i] as Float64Array
        const [upper, lower] = [this.#upper[at] as number, this.#lower[at] as number]
        const factor = this.#logFactors[at] as number
        slopes[upper] = (slopes[upper] as number) + share * Math.exp((logs[upper] as number) - factor)
        slopes[lower] = (slopes[lower] as number) - share * Math.exp((logs[lower] as number) - factor)
      }
    }
    for (let i = 0; i < this.#surrogates.length; i++) this.#addEnds(i, gradient)
  }

  #improveEnds(i: number, point: Float64Array): void {
    const surrogate = this.#surrogates[i] as Surrogate
    const ends = this.#ends[i] as Float64Array
    const logs = this.#logs[i] as Float64Array
    surrogate.at(point)
    const { mean, deviation } = surrogate
    const spread = Math.log(deviation)
    for (let e = 0; e < ends.length; e++) {
      const z = ((ends[e] as number) - mean) / deviation
      logs[e] = z === Number.NEGATIVE_INFINITY ? z : logImprovement(z) + spread
    }
  }

  #addEnds(i: number, gradient: Float64Array): void {
    const surrogate = this.#surrogates[i] as Surrogate
    const ends = this.#ends[i] as Float64Array
    const slopes = this.#slopes[i] as Float64Array
    const { mean, deviation } = surrogate
    let [byMean, byDeviation] = [0, 0]
    for (let e = 0; e < ends.length; e++) {
      const slope = (slopes[e] as number) / deviation
      if (slope === 0) continue
      const z = ((ends[e] as number) - mean) / deviation
      byMean -= slope * improvementSlope(z)
      byDeviation += slope * improvementSpread(z)
    }
    surrogate.addGradient(byMean, byDeviation, gradient)
  }
}

/** log(exp(x) - exp(y)) for x >= y. */
function logDifference(x: number, y: number): number {
  return y < x ? x + Math.log(-Math.expm1(y - x)) : Number.NEGATIVE_INFINITY
}
