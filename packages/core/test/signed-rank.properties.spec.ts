import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SignedRankOptions, signedRankTest } from '../src/index.ts'

const anyDifferences = fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ noNaN: true })), {
  minLength: 1,
  maxLength: 9,
})
const anyOptions: fc.Arbitrary<SignedRankOptions> = fc.record({
  zeros: fc.constantFrom('drop', 'split'),
  approximate: fc.constantFrom('never', 'large'),
})

/** The mean rank of each size among all. */
function ranksOf(sizes: readonly number[]): number[] {
  return sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length
    const equal = sizes.filter((other) => other === size).length
    return below + (equal + 1) / 2
  })
}

/** P(W ≥ w) by trying all signs. */
function byCounting(differences: readonly number[], zeros: 'drop' | 'split'): number {
  const used = differences.filter((d) => d !== 0 || zeros === 'split')
  const ranks = ranksOf(used.map(Math.abs))
  const nonzero = ranks.filter((_, i) => used[i] !== 0)
  const observed = ranks.reduce((sum, rank, i) => ((used[i] as number) > 0 ? sum + rank : sum), 0)
  let extreme = 0
  for (let signs = 0; signs < 2 ** nonzero.length; signs++) {
    const w = nonzero.reduce((sum, rank, i) => sum + rank * ((signs >> i) & 1), 0)
    if (w >= observed) extreme++
  }
  return extreme / 2 ** nonzero.length
}

describe('the signed-rank test', () => {
  it('gives the share of all signs that are as extreme, ties and zeros included', () => {
    fc.assert(
      fc.property(anyDifferences, fc.constantFrom('drop', 'split'), (differences, zeros) => {
        fc.pre(zeros === 'split' || differences.some((d) => d !== 0))
        // Shares of at most 2^9 are exact in binary.
        expect(signedRankTest(differences, { alternative: 'greater', zeros })).toBe(
          byCounting(differences, zeros),
        )
      }),
    )
  })

  it('is the other alternative where the signs are turned, and twice the smaller one on both sides', () => {
    const anySize = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 70 })
    fc.assert(
      fc.property(anySize, anyOptions, (differences, options) => {
        fc.pre(differences.some((d) => d !== 0))
        const p = (alternative: 'greater' | 'less' | 'two-sided', sign = 1) =>
          signedRankTest(
            differences.map((d) => sign * d),
            { ...options, alternative },
          )
        expect(p('less', -1)).toBeCloseTo(p('greater'), 13)
        expect(p('two-sided')).toBe(Math.min(1, 2 * Math.min(p('less'), p('greater'))))
      }),
    )
  })

  // scipy.stats.wilcoxon(d, method='exact'), SciPy 1.16; the last has ties, counted by hand.
  it.each([
    [[1, 2, 3, 4, 5], 0.0625],
    [[1, -2, 3, -4, 5, 6, 7, 8], 0.109375],
    [[-0.5, 0.25, 3, 1.5, -2, 0.75], 0.5625],
    [[1, 1], 0.5],
  ])('gives for %j the p-value %d', (differences, p) => {
    expect(signedRankTest(differences)).toBe(p)
  })

  it('has no p-value without differences', () => {
    expect(signedRankTest([0, 0])).toBeNaN()
    expect(signedRankTest([0, 0], { zeros: 'split' })).toBe(1)
  })
})
