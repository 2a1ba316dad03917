/**
 * The covariance C of what is observed, with its factor: C_ij = k(x_i, x_j), and on the diagonal s plus the noise of an
 * observation. Rows of running trials, which come last, have no noise but what keeps rounding harmless.
 */
import { appendRow, cholesky, invertLower } from '../../numeric/cholesky.ts'
import { LEAST_NOISE } from './marginal-likelihood.ts'
import { type KernelParameters, matern52 } from './matern.ts'
import type { ScaledPoints } from './scaled-points.ts'

/** L⁻¹, where C = L Lᵀ: `size` numbers a row, zeros above the diagonal. */
export interface InverseFactor {
  readonly values: Float64Array
  readonly size: number
}

export class Covariance {
  readonly #points: ScaledPoints
  readonly #kernel: KernelParameters
  readonly #observed: number
  readonly #slopes: Float64Array
  readonly #known: Float64Array | undefined

  /**
   * @param observed how many of the points, the first ones, are observed.
   * @param known the variance of each observation that is known beforehand, besides the kernel's noise.
   */
  constructor(points: ScaledPoints, kernel: KernelParameters, observed: number, known?: Float64Array) {
    this.#known = known
    this.#points = points
    this.#kernel = kernel
    this.#observed = observed
    this.#slopes = new Float64Array(points.count)
  }

  /** L⁻¹. Should rounding make C indefinite, more noise mends it. */
  inverseFactor(): InverseFactor {
    const size = this.#points.count
    const factor = new Float64Array(size * size)
    for (let extra = 0; ; extra = 10 * extra + LEAST_NOISE) {
      for (let i = 0; i < size; i++) {
        this.#fillRow(i, factor, i * size)
        factor[i * size + i] = this.#diagonal(i) + extra
      }
      if (cholesky(factor, size)) break
    }
    const values = new Float64Array(size * size)
    invertLower(factor, size, values)
    return { values, size }
  }

  /** L⁻¹, from that of the first rows. */
  extended(first: InverseFactor): InverseFactor {
    const size = this.#points.count
    const values = new Float64Array(size * size)
    for (let i = 0; i < first.size; i++)
      values.set(first.values.subarray(i * first.size, i * first.size + i + 1), i * size)
    const [column, work] = [new Float64Array(size), new Float64Array(size)]
    for (let i = first.size; i < size; i++) {
      this.#fillRow(i, column, 0)
      if (!appendRow(values, i, column, this.#diagonal(i), work, size)) return this.inverseFactor()
    }
    return { values, size }
  }

  /** Writes k(x_i, x_j) for j < i, from `offset` on. */
  #fillRow(i: number, out: Float64Array, offset: number): void {
    const { scale } = this.#kernel
    this.#points.queryRow(i)
    this.#points.distances(i, out, offset)
    matern52(out, this.#slopes, offset, i)
    for (let j = offset; j < offset + i; j++) out[j] = scale * (out[j] as number)
  }

  #diagonal(i: number): number {
    const noise = i < this.#observed ? this.#kernel.noise : LEAST_NOISE
    return this.#kernel.scale + noise + (this.#known?.[i] ?? 0)
  }
}
