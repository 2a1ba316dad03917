import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { erf, erfc } from '../src/numeric/error-function.ts'
import { hypervolume } from '../src/numeric/hypervolume.ts'
import { nondominationRanks } from '../src/numeric/nondominated.ts'
import { selectByHypervolume } from '../src/numeric/subset-selection.ts'
import { logNormalCdf, logNormalMass, truncatedNormalQuantile } from '../src/numeric/truncated-normal.ts'
import { expectClose } from './expect-close.ts'

function oracle<Case>(file: string): Case[] {
  return (JSON.parse(readFileSync(new URL(`oracle/${file}`, import.meta.url), 'utf8')) as { cases: Case[] })
    .cases
}

describe('the normal distribution equals SciPy', () => {
  const cases = oracle<{ x: number; logCdf: number; erf: number; erfc: number }>('normal.json')
  // Two ulps of the value itself would be 4e-16; the exponent of a far tail multiplies the argument's rounding.
  it('erf', () =>
    expectClose(
      cases.map(({ x }) => erf(x)),
      cases.map((c) => c.erf),
      1e-14,
    ))
  it('erfc', () =>
    expectClose(
      cases.map(({ x }) => erfc(x)),
      cases.map((c) => c.erfc),
      1e-12,
    ))
  it('log Φ', () =>
    expectClose(
      cases.map(({ x }) => logNormalCdf(x)),
      cases.map((c) => c.logCdf),
      1e-13,
    ))
})

describe('the truncated normal equals SciPy', () => {
  const cases = oracle<{ interval: [string, string]; logMass: number; quantiles: [number, number][] }>(
    'truncated-normal.json',
  )
  it.each(cases)('on $interval', ({ interval, logMass, quantiles }) => {
    const [a, b] = interval.map((x) => Number(x.replace('inf', 'Infinity'))) as [number, number]
    expectClose([logNormalMass(a, b)], [logMass], 1e-10)
    for (const [q, x] of quantiles) {
      // Where the quantile is near 0 its absolute error counts, and it is that of Φ near 1/2.
      expect(Math.abs(truncatedNormalQuantile(q, a, b) - x), `q = ${q}`).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(x)),
      )
    }
  })
})

describe('subsets of most hypervolume equal those of Optuna 5', () => {
  const cases = oracle<{
    points: (number | string)[][]
    size: number
    reference: number[]
    chosen: number[]
  }>('subsets.json')
  it.each(cases)('$size of $points.length points', ({ points, size, reference, chosen }) => {
    const losses = points.map((point) => point.map((x) => Number(String(x).replace('inf', 'Infinity'))))
    expect(selectByHypervolume(losses, size, reference)).toEqual(chosen)
  })
})

describe('fronts equal those of Optuna 5', () => {
  const cases = oracle<{ points: number[][]; ranks: number[]; reference: number[]; hypervolume: number }>(
    'fronts.json',
  )
  it.each(cases)('nondomination ranks of $points.length points', ({ points, ranks }) => {
    expect([...nondominationRanks(points)]).toEqual(ranks)
    for (let wanted = 1; wanted <= points.length; wanted++) {
      const sure = ranks.toSorted((a, b) => a - b)[wanted - 1] as number
      const some = nondominationRanks(points, wanted)
      expect(Array.from(some, (rank) => Math.min(rank, sure + 1))).toEqual(
        ranks.map((rank) => Math.min(rank, sure + 1)),
      )
    }
  })
  it.each(cases)('hypervolume of $points.length points', (c) => {
    // Sums of a few hundred products, in another order.
    expectClose([hypervolume(c.points, c.reference)], [c.hypervolume], 1e-12)
  })
})
