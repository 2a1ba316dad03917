import { describe, expect, it } from 'vitest'
import { pairedGain, studentQuantile } from '../src/statistics/paired-gain.ts'

describe("Student's t", () => {
  // scipy.stats.t.ppf(0.975, n), SciPy 1.16
  it.each([
    [1, 12.706204736],
    [6, 2.446911851],
    [10, 2.228138852],
    [11, 2.20098516],
    [20, 2.085963447],
    [60, 2.000297822],
    [1000, 1.962339081],
  ])('with %i degrees of freedom', (degrees, expected) => {
    expect(Math.abs(studentQuantile(degrees) - expected)).toBeLessThan(3e-4)
  })
})

describe('a paired gain', () => {
  it('is the mean difference in percent, with its t interval', () => {
    // Differences 1, 2, 3: mean 2, standard deviation 1; 2 ± 4.30265 / √3, in percent of a mean of 100.
    const gain = pairedGain([101, 102, 103], [100, 100, 100])
    expect(gain.percent).toBeCloseTo(2)
    expect(gain.interval[0]).toBeCloseTo(2 - 4.30265 / Math.sqrt(3), 4)
    expect(gain.interval[1]).toBeCloseTo(2 + 4.30265 / Math.sqrt(3), 4)
    expect(gain.verdict).toBe('no difference shown')
  })

  it('has a verdict only where the interval leaves 0 out', () => {
    expect(pairedGain([11, 11.1, 10.9], [10, 10, 10]).verdict).toBe('better')
    expect(pairedGain([9, 9.1, 8.9], [10, 10, 10]).verdict).toBe('worse')
  })
})
