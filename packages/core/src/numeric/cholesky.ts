/**
 * Cholesky factors of small dense matrices, and what is computed with them.
 *
 * Matrices stand row by row in one array, n numbers a row unless a stride is given; of symmetric and triangular ones only the lower triangle
 * counts. Sums run over four rows at once: independent sums keep the processor busy, and a number read once serves
 * four of them.
 * Source: G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th edition, sections 3.1 and 4.2.
 */

/**
 * Replaces the lower triangle of A by that of L, where L Lᵀ = A.
 *
 * @returns false where A is not positive definite; then its contents are lost.
 */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const rowJ = j * n
    let square = a[rowJ + j] as number
    for (let k = 0; k < j; k++) square -= (a[rowJ + k] as number) * (a[rowJ + k] as number)
    if (!(square > 0 && square < Number.POSITIVE_INFINITY)) return false
    const diagonal = Math.sqrt(square)
    a[rowJ + j] = diagonal
    reduceColumn(a, n, j, 1 / diagonal)
  }
  return true
}

/** Column j of L below the diagonal. */
function reduceColumn(a: Float64Array, n: number, j: number, scale: number): void {
  const rowJ = j * n
  let i = j + 1
  for (; i + 4 <= n; i += 4) {
    const [r0, r1, r2, r3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n]
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    for (let k = 0; k < j; k++) {
      const x = a[rowJ + k] as number
      s0 += (a[r0 + k] as number) * x
      s1 += (a[r1 + k] as number) * x
      s2 += (a[r2 + k] as number) * x
      s3 += (a[r3 + k] as number) * x
    }
    a[r0 + j] = ((a[r0 + j] as number) - s0) * scale
    a[r1 + j] = ((a[r1 + j] as number) - s1) * scale
    a[r2 + j] = ((a[r2 + j] as number) - s2) * scale
    a[r3 + j] = ((a[r3 + j] as number) - s3) * scale
  }
  for (; i < n; i++) {
    const row = i * n
    let sum = 0
    for (let k = 0; k < j; k++) sum += (a[row + k] as number) * (a[rowJ + k] as number)
    a[row + j] = ((a[row + j] as number) - sum) * scale
  }
}

/**
 * Writes M = L⁻¹ into `out`, zeros above its diagonal: row i of M is that of the unit matrix less
 * Σ_k<i L_ik (row k of M), divided by L_ii.
 */
export function invertLower(l: Float64Array, n: number, out: Float64Array): void {
  out.fill(0, 0, n * n)
  for (let i = 0; i < n; i++) {
    const row = i * n
    let k = 0
    for (; k + 4 <= i; k += 4) addFourRows(out, n, k, row, k + 4, l, row + k)
    for (; k < i; k++) {
      const factor = l[row + k] as number
      for (let j = 0; j <= k; j++)
        out[row + j] = (out[row + j] as number) + factor * (out[k * n + j] as number)
    }
    const scale = 1 / (l[row + i] as number)
    for (let j = 0; j < i; j++) out[row + j] = -scale * (out[row + j] as number)
    out[row + i] = scale
  }
}

/** Adds four rows of M, from row k on, to the row that begins at `target`: their first `length` numbers. */
function addFourRows(
  m: Float64Array,
  n: number,
  k: number,
  target: number,
  length: number,
  factors: Float64Array,
  at: number,
): void {
  const [r0, r1, r2, r3] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n]
  const f0 = factors[at] as number
  const f1 = factors[at + 1] as number
  const f2 = factors[at + 2] as number
  const f3 = factors[at + 3] as number
  for (let j = 0; j < length; j++) {
    m[target + j] =
      (m[target + j] as number) +
      f0 * (m[r0 + j] as number) +
      f1 * (m[r1 + j] as number) +
      f2 * (m[r2 + j] as number) +
      f3 * (m[r3 + j] as number)
  }
}

/** Writes the lower triangle of Mᵀ M into `out`: A⁻¹, where M is the inverse of A's factor. */
export function gramOfLower(m: Float64Array, n: number, out: Float64Array): void {
  out.fill(0, 0, n * n)
  let k = 0
  for (; k + 4 <= n; k += 4) {
    const [r0, r1, r2, r3] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n]
    for (let i = 0; i < k + 4; i++) {
      const row = i * n
      const f0 = m[r0 + i] as number
      const f1 = m[r1 + i] as number
      const f2 = m[r2 + i] as number
      const f3 = m[r3 + i] as number
      for (let j = 0; j <= i; j++) {
        out[row + j] =
          (out[row + j] as number) +
          f0 * (m[r0 + j] as number) +
          f1 * (m[r1 + j] as number) +
          f2 * (m[r2 + j] as number) +
          f3 * (m[r3 + j] as number)
      }
    }
  }
  for (; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const factor = m[k * n + i] as number
      for (let j = 0; j <= i; j++)
        out[i * n + j] = (out[i * n + j] as number) + factor * (m[k * n + j] as number)
    }
  }
}

/** Writes M x into `out`, for a lower triangle M with zeros above its diagonal. */
export function multiplyLower(
  m: Float64Array,
  n: number,
  x: Float64Array,
  out: Float64Array,
  stride = n,
): void {
  let i = 0
  for (; i + 4 <= n; i += 4) {
    const [r0, r1, r2, r3] = [i * stride, (i + 1) * stride, (i + 2) * stride, (i + 3) * stride]
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    for (let j = 0; j < i + 4; j++) {
      const value = x[j] as number
      s0 += (m[r0 + j] as number) * value
      s1 += (m[r1 + j] as number) * value
      s2 += (m[r2 + j] as number) * value
      s3 += (m[r3 + j] as number) * value
    }
    out[i] = s0
    out[i + 1] = s1
    out[i + 2] = s2
    out[i + 3] = s3
  }
  for (; i < n; i++) {
    let sum = 0
    for (let j = 0; j <= i; j++) sum += (m[i * stride + j] as number) * (x[j] as number)
    out[i] = sum
  }
}

/** Writes Mᵀ x into `out`, for a lower triangle M with zeros above its diagonal. */
export function multiplyLowerTransposed(
  m: Float64Array,
  n: number,
  x: Float64Array,
  out: Float64Array,
  stride = n,
): void {
  out.fill(0, 0, n)
  let i = 0
  for (; i + 4 <= n; i += 4) {
    const [r0, r1, r2, r3] = [i * stride, (i + 1) * stride, (i + 2) * stride, (i + 3) * stride]
    const x0 = x[i] as number
    const x1 = x[i + 1] as number
    const x2 = x[i + 2] as number
    const x3 = x[i + 3] as number
    for (let j = 0; j < i + 4; j++) {
      out[j] =
        (out[j] as number) +
        x0 * (m[r0 + j] as number) +
        x1 * (m[r1 + j] as number) +
        x2 * (m[r2 + j] as number) +
        x3 * (m[r3 + j] as number)
    }
  }
  for (; i < n; i++) {
    for (let j = 0; j <= i; j++)
      out[j] = (out[j] as number) + (x[i] as number) * (m[i * stride + j] as number)
  }
}

/**
 * Borders A by one more row and column, and M = L⁻¹ with it: with l = M a and d² = α - lᵀl for a new column a and a
 * diagonal α, the new row of M is (-lᵀM, 1) / d. Costs n² where a new factor would cost n³.
 *
 * @param m M in its first n rows, room for one more, zeros above the diagonal.
 * @param column a; overwritten.
 * @param work room for n numbers.
 * @returns false where A with its border is not positive definite; then M is as it was.
 */
export function appendRow(
  m: Float64Array,
  n: number,
  column: Float64Array,
  diagonal: number,
  work: Float64Array,
  stride: number,
): boolean {
  multiplyLower(m, n, column, work, stride)
  let square = diagonal
  for (let i = 0; i < n; i++) square -= (work[i] as number) * (work[i] as number)
  if (!(square > 0 && square < Number.POSITIVE_INFINITY)) return false
  multiplyLowerTransposed(m, n, work, column, stride)
  const scale = 1 / Math.sqrt(square)
  for (let j = 0; j < n; j++) m[n * stride + j] = -scale * (column[j] as number)
  m[n * stride + n] = scale
  return true
}
