import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dexp, dlog } from '../src/numeric/exp-log.ts'
import { integerRoot } from '../src/numeric/integer-root.ts'

// Both are within 1 ulp of the true value, so within 2 of each other: 4.4e-16 relative.
const TWO_ULPS = 4.5e-16

describe('deterministic functions', () => {
  it('exp is that of the platform to the last bits', () => {
    fc.assert(
      fc.property(fc.double({ min: -740, max: 709, noNaN: true }), (x) => {
        // Below 2^-1022 numbers have fewer bits.
        expect(Math.abs(dexp(x) - Math.exp(x))).toBeLessThanOrEqual(Math.max(TWO_ULPS * Math.exp(x), 1e-323))
      }),
      { numRuns: 5000 },
    )
    expect([dexp(0), dexp(-800), dexp(800), dexp(Number.NEGATIVE_INFINITY)]).toEqual([
      1,
      0,
      Number.POSITIVE_INFINITY,
      0,
    ])
  })

  it('log is that of the platform to the last bits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(Math.abs(dlog(x) - Math.log(x))).toBeLessThanOrEqual(TWO_ULPS * Math.abs(Math.log(x)) + 1e-300)
      }),
      { numRuns: 5000 },
    )
    expect(dlog(1)).toBe(0)
  })

  it('the root of a whole number is the largest whose square it holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (n) => {
        const root = integerRoot(n)
        expect(root * root).toBeLessThanOrEqual(n)
        expect((root + 1) * (root + 1)).toBeGreaterThan(n)
      }),
    )
  })
})
