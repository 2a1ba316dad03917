import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { symmetricEigen } from '../src/numeric/symmetric-eigen.ts'

/** Symmetric matrices, some of them badly scaled or of low rank. */
const anySymmetric = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 1e-8, 1e6), fc.boolean())
  .chain(([n, ratio, isLowRank]) =>
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((elements) => {
        const scale = (i: number) => ratio ** (i / n)
        const at = (i: number, j: number) => elements[Math.min(i, j) * n + Math.max(i, j)] as number
        const matrix = Float64Array.from({ length: n * n }, (_, k) => {
          const [i, j] = [Math.floor(k / n), k % n]
          return isLowRank ? at(0, i) * at(0, j) : at(i, j) * scale(i) * scale(j)
        })
        return { n, matrix }
      }),
  )

describe('the eigenvectors of a symmetric matrix', () => {
  it('are orthonormal and put it together again', () => {
    fc.assert(
      fc.property(anySymmetric, ({ n, matrix }) => {
        const { values, vectors } = symmetricEigen(matrix, n)
        const largest = Math.max(...values.map(Math.abs), Number.MIN_VALUE)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [product, sum] = [0, 0]
            for (let k = 0; k < n; k++) {
              product += (vectors[i * n + k] as number) * (vectors[j * n + k] as number)
              sum += (values[k] as number) * (vectors[k * n + i] as number) * (vectors[k * n + j] as number)
            }
            expect(Math.abs(product - Number(i === j))).toBeLessThan(1e-13)
            // A dozen roundings of the largest term for each parameter; what is smaller than that counts as zero.
            const tolerance = n * (1e-14 * largest + Number.MIN_VALUE / Number.EPSILON)
            expect(Math.abs(sum - (matrix[i * n + j] as number))).toBeLessThanOrEqual(tolerance)
          }
        }
      }),
    )
  })

  it('of a known matrix have the known values', () => {
    // numpy.linalg.eigvalsh(scipy.linalg.hilbert(4)), numpy 2.4.6, SciPy 1.17.1.
    const hilbert = Float64Array.from({ length: 16 }, (_, k) => 1 / (Math.floor(k / 4) + (k % 4) + 1))
    const values = [...symmetricEigen(hilbert, 4).values].sort((a, b) => a - b)
    const known = [9.670230402260835e-5, 0.0067382736057606165, 0.16914122022145003, 1.5002142800592426]
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(known[i] as number, 13)
  })
})
