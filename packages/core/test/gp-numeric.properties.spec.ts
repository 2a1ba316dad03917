import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  appendRow,
  cholesky,
  gramOfLower,
  invertLower,
  multiplyLower,
  multiplyLowerTransposed,
} from '../src/numeric/cholesky.ts'
import { hypervolume } from '../src/numeric/hypervolume.ts'
import { lbfgs } from '../src/numeric/lbfgs.ts'
import { LowDiscrepancy } from '../src/numeric/low-discrepancy.ts'
import { nondominatedBoxes } from '../src/numeric/nondominated-boxes.ts'
import { yeoJohnson, yeoJohnsonLambda } from '../src/numeric/power-transform.ts'

const anyNumber = fc.double({ min: -2, max: 2, noNaN: true })

/** A symmetric matrix with eigenvalues of at least 0.1, so that rounding stays small, and a vector. */
const anySystem = fc.integer({ min: 1, max: 11 }).chain((n) =>
  fc
    .record({
      root: fc.array(anyNumber, { minLength: n * n, maxLength: n * n }),
      x: fc.array(anyNumber, { minLength: n, maxLength: n }),
    })
    .map(({ root, x }) => ({ n, matrix: squareOf(root, n), x: Float64Array.from(x) })),
)

function squareOf(root: readonly number[], n: number): Float64Array {
  const at = (i: number, j: number) => root[i * n + j] as number
  return Float64Array.from({ length: n * n }, (_, place) => {
    const [i, j] = [Math.floor(place / n), place % n]
    const product = root.slice(0, n).reduce((sum, _unused, k) => sum + at(i, k) * at(j, k), 0)
    return product + (i === j ? 0.1 : 0)
  })
}

function times(matrix: Float64Array, n: number, x: Float64Array): Float64Array {
  return x.map((_, i) => x.reduce((sum, value, j) => sum + (matrix[i * n + j] as number) * value, 0))
}

function expectNear(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  for (const [i, e] of expected.entries())
    expect(Math.abs((actual[i] as number) - e), `[${i}]`).toBeLessThan(tolerance)
}

describe('a Cholesky factor', () => {
  it('solves the system that it came from, by its inverse and by that of the matrix', () => {
    fc.assert(
      fc.property(anySystem, ({ n, matrix, x }) => {
        const factor = matrix.slice()
        expect(cholesky(factor, n)).toBe(true)
        const [inverse, gram] = [new Float64Array(n * n), new Float64Array(n * n)]
        invertLower(factor, n, inverse)
        gramOfLower(inverse, n, gram)
        const [white, solution] = [new Float64Array(n), new Float64Array(n)]
        multiplyLower(inverse, n, x, white)
        multiplyLowerTransposed(inverse, n, white, solution)
        // The condition number is at most 500: (2 * 11)² + 0.1 over 0.1 would be its worst, and is never near.
        expectNear(times(matrix, n, solution), x, 1e-8)
        const full = gram.map((_, place) => {
          const [i, j] = [Math.floor(place / n), place % n]
          return gram[Math.max(i, j) * n + Math.min(i, j)] as number
        })
        expectNear(times(full, n, x), solution, 1e-8)
      }),
    )
  })

  it('grows by a row at a time to the one of the whole matrix', () => {
    fc.assert(
      fc.property(anySystem, ({ n, matrix }) => {
        const [factor, inverse, grown] = [matrix.slice(), new Float64Array(n * n), new Float64Array(n * n)]
        cholesky(factor, n)
        invertLower(factor, n, inverse)
        const work = new Float64Array(n)
        for (let i = 0; i < n; i++) {
          const column = new Float64Array(n)
          column.set(matrix.subarray(i * n, i * n + i))
          expect(appendRow(grown, i, column, matrix[i * n + i] as number, work, n)).toBe(true)
        }
        expectNear(grown, inverse, 1e-8)
      }),
    )
  })

  it('does not grow by a row that depends on the others', () => {
    const inverse = Float64Array.of(1, 0, 0, 0)
    expect(appendRow(inverse, 1, Float64Array.of(2, 0), 4, new Float64Array(2), 2)).toBe(false)
    expect([...inverse]).toEqual([1, 0, 0, 0])
  })

  it.each([
    ['a negative diagonal', [1, 0, 0, -1]],
    ['a matrix without an inverse', [1, 0, 1, 1]],
    ['what is no number', [Number.NaN]],
  ])('does not exist for %s', (_, matrix) => {
    expect(cholesky(Float64Array.from(matrix), Math.sqrt(matrix.length))).toBe(false)
  })
})

const everywhere = (dimension: number) => ({
  lower: new Float64Array(dimension).fill(-10),
  upper: new Float64Array(dimension).fill(10),
  gradientTolerance: 1e-8,
  valueTolerance: 0,
  steps: 500,
})

describe('L-BFGS', () => {
  it('finds the end of the curved valley of Rosenbrock’s function', () => {
    const x = new Float64Array(6).fill(-1.2)
    const value = lbfgs(
      (at, gradient) => {
        let sum = 0
        gradient.fill(0)
        for (let i = 0; i + 1 < at.length; i++) {
          const [a, b] = [at[i] as number, at[i + 1] as number]
          sum += 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
          gradient[i] = (gradient[i] as number) - 400 * a * (b - a * a) - 2 * (1 - a)
          gradient[i + 1] = (gradient[i + 1] as number) + 200 * (b - a * a)
        }
        return sum
      },
      x,
      everywhere(6),
    )
    expect(value).toBeLessThan(1e-12)
    expectNear(x, new Float64Array(6).fill(1), 1e-6)
  })

  it('ends on the faces of the box where the minimum lies outside', () => {
    const centre = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(centre, (c) => {
        const x = new Float64Array(c.length).fill(0.5)
        const box = { lower: new Float64Array(c.length), upper: new Float64Array(c.length).fill(1) }
        lbfgs(
          (at, gradient) =>
            at.reduce((sum, xi, i) => {
              const gap = xi - (c[i] as number)
              gradient[i] = 2 * (i + 1) * gap
              return sum + (i + 1) * gap * gap
            }, 0),
          x,
          { ...everywhere(c.length), ...box },
        )
        expectNear(
          x,
          Float64Array.from(c, (ci) => Math.min(Math.max(ci, 0), 1)),
          1e-6,
        )
      }),
    )
  })

  it('steps back from where the function is not defined', () => {
    const x = Float64Array.of(9)
    lbfgs(
      (at, gradient) => {
        const [t = 0] = at
        gradient[0] = 1 - 1 / t
        return t > 0 ? t - Math.log(t) : Number.NaN
      },
      x,
      everywhere(1),
    )
    expect(x[0]).toBeCloseTo(1, 6)
  })
})

describe('low-discrepancy points', () => {
  it('come as near to their share of every box as random ones do not', () => {
    const sequence = new LowDiscrepancy(Float64Array.of(0.3, 0.8, 0.1))
    const points = Array.from({ length: 1000 }, (_, n) => [0, 1, 2].map((k) => sequence.at(n, k)))
    for (const [a, b, c] of [
      [0.5, 0.5, 0.5],
      [0.9, 0.3, 0.7],
      [0.2, 0.95, 0.4],
    ] as const) {
      const inside = points.filter(([x = 0, y = 0, z = 0]) => x < a && y < b && z < c).length
      // The deviation of a random count is between 8 and 16.
      expect(Math.abs(inside - 1000 * a * b * c)).toBeLessThan(6)
    }
  })
})

describe('the boxes that no point dominates', () => {
  const anyFront = fc.integer({ min: 1, max: 4 }).chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: size, maxLength: size }), {
      minLength: 1,
      maxLength: 8,
    }),
  )

  it('fill, with what the points dominate, all that lies below the reference', () => {
    fc.assert(
      fc.property(anyFront, (points) => {
        const reference = (points[0] as number[]).map(() => 10)
        const volume = nondominatedBoxes(points, reference)
          .map(({ lower, upper }) => upper.reduce((v, u, i) => v * (u - Math.max(lower[i] as number, 0)), 1))
          .reduce((a, b) => a + b, 0)
        const all = reference.reduce((v, r) => v * r, 1)
        expect(volume + hypervolume(points, reference)).toBeCloseTo(all, 6)
      }),
    )
  })
})

describe('the Yeo–Johnson transform', () => {
  it('keeps the order of values', () => {
    const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 20 })
    fc.assert(
      fc.property(values, (given) => {
        const lambda = yeoJohnsonLambda(Float64Array.from(given))
        const sorted = given.toSorted((a, b) => a - b)
        const transformed = sorted.map((x) => yeoJohnson(x, lambda))
        for (const [i, y] of transformed.slice(1).entries())
          expect(y).toBeGreaterThanOrEqual(transformed[i] as number)
      }),
    )
  })
})
