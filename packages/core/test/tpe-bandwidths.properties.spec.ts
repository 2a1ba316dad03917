import fc from 'fast-check'
import { it } from 'vitest'
import { bandwidths } from '../src/samplers/tpe/bandwidths.ts'
import { expectClose } from './expect-close.ts'

/** As Optuna describes them: every observation, sorted, the earlier of equal ones to the left. */
function bySorting(mus: readonly number[], low: number, high: number): number[] {
  const n = mus.length
  const range = high - low
  const least = range / Math.min(100, n + 2)
  const order = [...mus.keys()].sort((a, b) => (mus[a] as number) - (mus[b] as number))
  const sigmas = Array<number>(n + 1).fill(range)
  for (const [i, k] of order.entries()) {
    const mu = mus[k] as number
    const before = i > 0 ? mu - (mus[order[i - 1] as number] as number) : n === 1 ? mu - low : 0
    const after = i < n - 1 ? (mus[order[i + 1] as number] as number) - mu : n === 1 ? high - mu : 0
    sigmas[k] = Math.min(Math.max(before, after, least), range)
  }
  return sigmas
}

const range = fc.constantFrom([0, 1], [-3, 7], [1e6, 1e6 + 1], [-5e-7, 5e-7] as const)
const part = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 3, arbitrary: fc.nat(10).map((tenths) => tenths / 10) },
)
const moved = fc.double({ min: -20, max: 20, noNaN: true })

it.each([
  ['inside the range', part],
  ['anywhere', fc.oneof(part, moved)],
])('bandwidths of observations %s are those found by sorting', (_, where) => {
  fc.assert(
    fc.property(range, fc.array(where, { maxLength: 300, size: 'max' }), ([low = 0, high = 1], parts) => {
      const mus = parts.map((p) => low + p * (high - low))
      // Equal but for the last bit of a gap that is as wide as the least bandwidth.
      expectClose(bandwidths(Float64Array.from(mus), low, high), bySorting(mus, low, high), 1e-12)
    }),
  )
})
