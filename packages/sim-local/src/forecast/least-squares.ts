/**
 * Weighted least squares with a ridge: the b that minimises Σ w (y - x·b)² + ridge |b|², from the normal equations
 * (XᵀWX + ridge I) b = XᵀWy, by Gaussian elimination with partial pivoting.
 */
export class LeastSquares {
  readonly #features: number
  readonly #matrix: Float64Array
  readonly #right: Float64Array

  constructor(features: number, ridge: number) {
    this.#features = features
    this.#matrix = new Float64Array(features * features)
    this.#right = new Float64Array(features)
    for (let i = 0; i < features; i++) this.#matrix[i * features + i] = ridge
  }

  add(x: readonly number[], y: number, weight: number): void {
    const n = this.#features
    for (let i = 0; i < n; i++) {
      const wx = weight * (x[i] as number)
      this.#right[i] = (this.#right[i] as number) + wx * y
      for (let j = 0; j < n; j++)
        this.#matrix[i * n + j] = (this.#matrix[i * n + j] as number) + wx * (x[j] as number)
    }
  }

  solve(): Float64Array {
    const n = this.#features
    const a = this.#matrix.slice()
    const b = this.#right.slice()
    const at = (i: number, j: number) => a[i * n + j] as number
    for (let column = 0; column < n; column++) {
      let pivot = column
      for (let i = column + 1; i < n; i++)
        if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i
      for (let j = 0; j < n; j++) [a[column * n + j], a[pivot * n + j]] = [at(pivot, j), at(column, j)]
      ;[b[column], b[pivot]] = [b[pivot] as number, b[column] as number]
      for (let i = column + 1; i < n; i++) {
        const factor = at(i, column) / at(column, column)
        for (let j = column; j < n; j++) a[i * n + j] = at(i, j) - factor * at(column, j)
        b[i] = (b[i] as number) - factor * (b[column] as number)
      }
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) b[i] = (b[i] as number) - at(i, j) * (b[j] as number)
      b[i] = (b[i] as number) / at(i, i)
    }
    return b
  }
}
