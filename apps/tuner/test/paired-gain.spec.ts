import { randomSource } from '@tune/core/random'
import { describe, expect, it } from 'vitest'
import { confidenceSequence } from '../src/statistics/confidence-sequence.ts'
import { pairedGain } from '../src/statistics/paired-gain.ts'

/** The Bayes factor of a mixture of normal effects, by Simpson's rule over effects and scales: no closed form. */
function bayesFactor(values: readonly number[], spread: number): number {
  const n = values.length
  const sums = { one: 0, two: 0 }
  for (const x of values) {
    sums.one += x
    sums.two += x * x
  }
  // ∫ σ^(-n-1) exp(-Σ(x - δσ)² / 2σ²) dσ, over log σ.
  const marginal = (effect: number) =>
    simpson(-6, 6, 1200, (logSigma) => {
      const sigma = Math.exp(logSigma)
      const squares = sums.two / sigma ** 2 - (2 * effect * sums.one) / sigma + n * effect * effect
      return Math.exp(-n * logSigma - squares / 2)
    })
  const tau = Math.sqrt(spread)
  const mixed = simpson(-8 * tau, 8 * tau, 400, (effect) => {
    return (Math.exp(-(effect * effect) / (2 * spread)) / Math.sqrt(2 * Math.PI * spread)) * marginal(effect)
  })
  return mixed / marginal(0)
}

function simpson(from: number, to: number, steps: number, f: (x: number) => number): number {
  const h = (to - from) / steps
  let sum = f(from) + f(to)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * h)
  return (sum * h) / 3
}

const normals = (seed: number, count: number, mean: number) => {
  const stream = randomSource(seed).stream(0, 'normal')
  return Array.from(
    { length: count },
    () => mean + Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform()),
  )
}

describe('a confidence sequence', () => {
  it.each([
    [0.05, 28, 12],
    [0.0125, 28, 20],
    [0.05, 145, 60],
  ])('ends, at level %d and for %i, where the Bayes factor of the mixture is 1/α', (alpha, planned, n) => {
    const sequence = confidenceSequence(alpha, planned)
    const values = normals(3, n, 0)
    const mean = values.reduce((sum, x) => sum + x / n, 0)
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1))
    const half = deviation * sequence.halfWidth(n)
    expect(half).toBeLessThan(Number.POSITIVE_INFINITY)
    // The spread is not told: among those of the grid one gives 1/α to three digits at both ends.
    const atEnds = Array.from({ length: 81 }, (_, i) => 10 ** (-3 + i / 20)).map((spread) =>
      [-1, 1].map((side) => {
        const shifted = values.map((x) => x - (mean + side * half))
        return bayesFactor(shifted, spread) * alpha
      }),
    )
    expect(atEnds.some((ends) => ends.every((each) => Math.abs(each - 1) < 1e-3))).toBe(true)
  })

  it('says nothing of one observation, and gets shorter with more', () => {
    const { halfWidth } = confidenceSequence(0.05, 28)
    expect(halfWidth(1)).toBe(Number.POSITIVE_INFINITY)
    const widths = [7, 14, 28, 56, 112].map(halfWidth)
    expect(widths).toEqual(widths.toSorted((a, b) => b - a))
  })

  it('leaves the mean out in at most 5 % of all sequences, though one looks every time', () => {
    const { halfWidth } = confidenceSequence(0.05, 28)
    const widths = Array.from({ length: 201 }, (_, n) => halfWidth(n))
    const wrong = Array.from({ length: 1000 }, (_, seed) => {
      let [n, mean, squares] = [0, 0, 0]
      return normals(100 + seed, 200, 0).some((x) => {
        n++
        const gap = x - mean
        mean += gap / n
        squares += gap * (x - mean)
        return n > 1 && Math.abs(mean) > Math.sqrt(squares / (n - 1)) * (widths[n] as number)
      })
    })
    expect(wrong.filter(Boolean).length).toBeLessThanOrEqual(50)
  })
})

describe('a paired gain', () => {
  const sequence = confidenceSequence(0.05, 10)
  const reference = Array(10).fill(100) as number[]
  const plus = (gain: number) => normals(7, 10, gain).map((x) => 100 + x)

  it('is the mean difference in percent of the reference', () => {
    const values = plus(3)
    const mean = values.reduce((sum, x) => sum + x / 10, 0) - 100
    const { percent, interval } = pairedGain(values, reference, sequence)
    expect(percent).toBeCloseTo(mean, 10)
    expect((interval[0] + interval[1]) / 2).toBeCloseTo(mean, 10)
  })

  it('has a verdict where the interval leaves 0 out, and says how many more would tell where it does not', () => {
    expect(pairedGain(plus(3), reference, sequence)).toMatchObject({ verdict: 'better', more: undefined })
    expect(pairedGain(plus(-4), reference, sequence)).toMatchObject({ verdict: 'worse' })
    const unclear = pairedGain(plus(0.9), reference, sequence)
    expect(unclear.verdict).toBe('cannot tell yet')
    expect(unclear.more).toBeGreaterThan(0)
    const hopeless = reference.map((x, i) => x + (i % 2 === 0 ? 1 : -1))
    expect(pairedGain(hopeless, reference, sequence)).toMatchObject({ more: undefined, percent: 0 })
  })

  it('of things that are the same is none', () => {
    expect(pairedGain(reference, reference, sequence)).toMatchObject({
      percent: 0,
      interval: [0, 0],
      verdict: 'cannot tell yet',
    })
  })
})
