/** The eigenvalues of a symmetric matrix, and its orthonormal eigenvectors. */
export interface SymmetricEigen {
  readonly values: Float64Array
  /** Row by row, n × n; the eigenvector of `values[i]` is row i. */
  readonly vectors: Float64Array
}

/** Off-diagonal elements below this part of the geometric mean of their diagonal elements count as zero. */
const NEGLIGIBLE = Number.EPSILON / 4
/** Seven or so suffice for any matrix, since the last ones converge quadratically. */
const MOST_SWEEPS = 60

/**
 * The cyclic Jacobi method: each off-diagonal element in turn is made zero by a rotation, until all are.
 *
 * Source: G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th edition, section 8.5. As accurate as any method, and
 * for the small and nearly diagonal ones of sampling as fast.
 *
 * @param matrix row by row, n × n; only its upper triangle is read.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = matrix.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotations = 0
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = Math.abs(a[p * n + q] as number)
        const scale = Math.sqrt(Math.abs((a[p * n + p] as number) * (a[q * n + q] as number)))
        if (apq <= NEGLIGIBLE * scale || apq < Number.MIN_VALUE / Number.EPSILON) continue
        rotate(a, vectors, n, p, q)
        rotations++
      }
    }
    if (rotations === 0) break
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number), vectors }
}

/** Makes the element in row p and column q zero, p < q, and turns the vectors likewise. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] as number
  const tau = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq)
  // The smaller of the two angles, which keeps the diagonal in place.
  const t = tau === 0 ? 1 : Math.sign(tau) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  a[p * n + p] = (a[p * n + p] as number) - t * apq
  a[q * n + q] = (a[q * n + q] as number) + t * apq
  a[p * n + q] = 0
  for (let k = 0; k < p; k++) turn(a, k * n + p, k * n + q, c, s)
  for (let k = p + 1; k < q; k++) turn(a, p * n + k, k * n + q, c, s)
  for (let k = q + 1; k < n; k++) turn(a, p * n + k, q * n + k, c, s)
  for (let k = 0; k < n; k++) turn(vectors, p * n + k, q * n + k, c, s)
}

function turn(x: Float64Array, i: number, j: number, c: number, s: number): void {
  const xi = x[i] as number
  const xj = x[j] as number
  x[i] = c * xi - s * xj
  x[j] = s * xi + c * xj
}
