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
  readonly #samples: readonly BoxSum[]

  /** @param boxes for each sample those that no point dominates. */
  constructor(surrogates: readonly Surrogate[], boxes: readonly (readonly Box[])[]) {
    this.#surrogates = surrogates
    this.#samples = boxes.map((ofSample) => new BoxSum(ofSample, surrogates.length))
  }

  at(point: Float64Array): void {
    for (const surrogate of this.#surrogates) surrogate.at(point)
  }

  logValue(sample: number): number {
    return (this.#samples[sample] as BoxSum).logValue(this.#surrogates, sample)
  }

  push(sample: number, weight: number): void {
    ;(this.#samples[sample] as BoxSum).push(this.#surrogates, sample, weight)
  }

  pull(gradient: Float64Array): void {
    for (const surrogate of this.#surrogates) surrogate.pull(gradient)
  }
}

/** The boxes of one sample. Their ends repeat, so that improvements are computed once for each different end. */
class BoxSum {
  readonly #objectives: number
  readonly #boxes: number
  /** By objective: the different ends. */
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

  constructor(boxes: readonly Box[], objectives: number) {
    const each = Array.from({ length: objectives }, (_, i) => i)
    this.#objectives = objectives
    this.#boxes = boxes.length
    this.#ends = each.map((i) => {
      const ends = boxes.flatMap(({ lower, upper }) => [lower[i] as number, upper[i] as number])
      return Float64Array.from(new Set(ends)).sort()
    })
    this.#logs = this.#ends.map((ends) => new Float64Array(ends.length))
    this.#slopes = this.#ends.map((ends) => new Float64Array(ends.length))
    const indices = (side: 'lower' | 'upper') =>
      Int32Array.from(
        boxes.flatMap((box) => each.map((i) => this.#ends[i]?.indexOf(box[side][i] as number) ?? -1)),
      )
    this.#lower = indices('lower')
    this.#upper = indices('upper')
    this.#logFactors = new Float64Array(boxes.length * objectives)
    this.#logProducts = new Float64Array(boxes.length)
  }

  logValue(surrogates: readonly Surrogate[], sample: number): number {
    this.#improveEnds(surrogates, sample)
    let most = Number.NEGATIVE_INFINITY
    for (let b = 0, at = 0; b < this.#boxes; b++) {
      let product = 0
      for (let i = 0; i < this.#objectives; i++, at++) {
        const logs = this.#logs[i] as Float64Array
        const upper = logs[this.#upper[at] as number] as number
        const lower = logs[this.#lower[at] as number] as number
        const factor = lower < upper ? upper + Math.log(-Math.expm1(lower - upper)) : Number.NEGATIVE_INFINITY
        this.#logFactors[at] = factor
        product += factor
      }
      this.#logProducts[b] = product
      if (product > most) most = product
    }
    if (most === Number.NEGATIVE_INFINITY) return most
    let sum = 0
    for (let b = 0; b < this.#boxes; b++) sum += Math.exp((this.#logProducts[b] as number) - most)
    return most + Math.log(sum)
  }

  push(surrogates: readonly Surrogate[], sample: number, weight: number): void {
    const total = this.logValue(surrogates, sample)
    if (total === Number.NEGATIVE_INFINITY) return
    for (const slopes of this.#slopes) slopes.fill(0)
    for (let b = 0, at = 0; b < this.#boxes; b++) {
      const share = weight * Math.exp((this.#logProducts[b] as number) - total)
      for (let i = 0; i < this.#objectives; i++, at++) {
        if (share === 0) continue
        const logs = this.#logs[i] as Float64Array
        const slopes = this.#slopes[i] as Float64Array
        const [upper, lower] = [this.#upper[at] as number, this.#lower[at] as number]
        const factor = this.#logFactors[at] as number
        slopes[upper] = (slopes[upper] as number) + share * Math.exp((logs[upper] as number) - factor)
        slopes[lower] = (slopes[lower] as number) - share * Math.exp((logs[lower] as number) - factor)
      }
    }
    for (const [i, surrogate] of surrogates.entries()) this.#pushEnds(surrogate, i, sample)
  }

  #improveEnds(surrogates: readonly Surrogate[], sample: number): void {
    for (let i = 0; i < this.#objectives; i++) {
      const surrogate = surrogates[i] as Surrogate
      const ends = this.#ends[i] as Float64Array
      const logs = this.#logs[i] as Float64Array
      const mean = surrogate.mean(sample)
      const spread = Math.log(surrogate.deviation)
      for (let e = 0; e < ends.length; e++) {
        const z = ((ends[e] as number) - mean) / surrogate.deviation
        logs[e] = z === Number.NEGATIVE_INFINITY ? z : logImprovement(z) + spread
      }
    }
  }

  #pushEnds(surrogate: Surrogate, i: number, sample: number): void {
    const ends = this.#ends[i] as Float64Array
    const slopes = this.#slopes[i] as Float64Array
    const mean = surrogate.mean(sample)
    let [byMean, byDeviation] = [0, 0]
    for (let e = 0; e < ends.length; e++) {
      const slope = (slopes[e] as number) / surrogate.deviation
      if (slope === 0) continue
      const z = ((ends[e] as number) - mean) / surrogate.deviation
      byMean -= slope * improvementSlope(z)
      byDeviation += slope * improvementSpread(z)
    }
    surrogate.push(sample, byMean, byDeviation)
  }
}
