import type { Points } from './unit-space.ts'

/**
 * Points with each coordinate divided by the kernel's length scale there, and squared distances from one more point,
 * the query, to each of them: r² = Σ_k w_k (x_k - q_k)² over numbers, plus Σ_k w_k [x_k ≠ q_k] over choices, where
 * w_k is the inverse of a squared length scale.
 */
export class ScaledPoints {
  readonly #points: Points
  /** Which coordinates are numbers, and which are choices. */
  readonly #numbers: readonly number[]
  readonly #choices: readonly number[]
  readonly #dimension: number
  readonly #scaled: Float64Array
  readonly #chosen: Float64Array
  readonly #roots: Float64Array
  readonly #weights: Float64Array
  readonly #queryScaled: Float64Array
  readonly #queryChosen: Float64Array

  constructor(points: Points, isCategorical: Uint8Array) {
    this.#points = points
    this.#dimension = isCategorical.length
    const indices = Array.from(isCategorical.keys())
    this.#numbers = indices.filter((k) => !isCategorical[k])
    this.#choices = indices.filter((k) => isCategorical[k])
    this.#scaled = new Float64Array(points.count * this.#numbers.length)
    this.#chosen = this.#gather(this.#choices)
    this.#roots = new Float64Array(this.#numbers.length)
    this.#weights = new Float64Array(this.#choices.length)
    this.#queryScaled = new Float64Array(this.#numbers.length)
    this.#queryChosen = new Float64Array(this.#choices.length)
  }

  #gather(dimensions: readonly number[]): Float64Array {
    const { coordinates, count } = this.#points
    const gathered = new Float64Array(count * dimensions.length)
    for (let i = 0, at = 0; i < count; i++)
      for (const k of dimensions) gathered[at++] = coordinates[i * this.#dimension + k] as number
    return gathered
  }

  get count(): number {
    return this.#points.count
  }

  /** Takes the w_k. */
  rescale(inverseSquaredLengthscales: Float64Array): void {
    const width = this.#numbers.length
    const { coordinates, count } = this.#points
    for (const [m, k] of this.#numbers.entries()) {
      const root = Math.sqrt(inverseSquaredLengthscales[k] as number)
      this.#roots[m] = root
      for (let i = 0; i < count; i++)
        this.#scaled[i * width + m] = root * (coordinates[i * this.#dimension + k] as number)
    }
    for (const [m, k] of this.#choices.entries()) this.#weights[m] = inverseSquaredLengthscales[k] as number
  }

  /** Makes a point the query. */
  query(point: Float64Array): void {
    for (let m = 0; m < this.#numbers.length; m++)
      this.#queryScaled[m] = (this.#roots[m] as number) * (point[this.#numbers[m] as number] as number)
    for (let m = 0; m < this.#choices.length; m++)
      this.#queryChosen[m] = point[this.#choices[m] as number] as number
  }

  /** Makes row i the query. */
  queryRow(i: number): void {
    const [width, choices] = [this.#numbers.length, this.#choices.length]
    for (let m = 0; m < width; m++) this.#queryScaled[m] = this.#scaled[i * width + m] as number
    for (let m = 0; m < choices; m++) this.#queryChosen[m] = this.#chosen[i * choices + m] as number
  }

  /** Writes r² to the first `count` rows into `out`, from `offset` on. */
  distances(count: number, out: Float64Array, offset: number): void {
    const width = this.#numbers.length
    const scaled = this.#scaled
    const query = this.#queryScaled
    for (let i = 0, at = 0; i < count; i++) {
      let sum = 0
      for (let m = 0; m < width; m++) {
        const gap = (query[m] as number) - (scaled[at++] as number)
        sum += gap * gap
      }
      out[offset + i] = sum
    }
    const choices = this.#choices.length
    for (let i = 0, at = 0; i < count && choices > 0; i++) {
      let sum = 0
      for (let m = 0; m < choices; m++)
        if (this.#chosen[at++] !== this.#queryChosen[m]) sum += this.#weights[m] as number
      out[offset + i] = (out[offset + i] as number) + sum
    }
  }

  /** Adds Σ_i f_i ∂r²_i/∂q to `gradient`, over all rows; nothing where the query is a choice. */
  addSlopes(factors: Float64Array, gradient: Float64Array): void {
    const width = this.#numbers.length
    const count = this.#points.count
    for (let m = 0; m < width; m++) {
      const query = this.#queryScaled[m] as number
      let sum = 0
      for (let i = 0, at = m; i < count; i++, at += width)
        sum += (factors[i] as number) * (query - (this.#scaled[at] as number))
      const k = this.#numbers[m] as number
      gradient[k] = (gradient[k] as number) + 2 * (this.#roots[m] as number) * sum
    }
  }

  /** Adds Σ_i f_i ∂r²_i/∂log w_k to `out[k]`, over the first `count` rows; f stands in `factors` from `offset` on. */
  addWeightSlopes(count: number, factors: Float64Array, offset: number, out: Float64Array): void {
    const [width, choices] = [this.#numbers.length, this.#choices.length]
    for (let m = 0; m < width; m++) {
      const query = this.#queryScaled[m] as number
      let sum = 0
      for (let i = 0, at = m; i < count; i++, at += width) {
        const gap = query - (this.#scaled[at] as number)
        sum += (factors[offset + i] as number) * gap * gap
      }
      const k = this.#numbers[m] as number
      out[k] = (out[k] as number) + sum
    }
    for (let m = 0; m < choices; m++) {
      let sum = 0
      for (let i = 0, at = m; i < count; i++, at += choices)
        if (this.#chosen[at] !== this.#queryChosen[m]) sum += factors[offset + i] as number
      const k = this.#choices[m] as number
      out[k] = (out[k] as number) + sum * (this.#weights[m] as number)
    }
  }
}
