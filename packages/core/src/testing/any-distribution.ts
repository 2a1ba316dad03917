import fc from 'fast-check'
import { categorical, type Distribution, float, int } from '../space/index.ts'

const bound = fc.double({ min: -1e12, max: 1e12, noNaN: true, noDefaultInfinity: true })
const positive = fc.double({ min: -300, max: 300, noNaN: true }).map((e) => 10 ** e)
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 })
const ordered = <T>(pair: fc.Arbitrary<[number, number]>, make: (low: number, high: number) => T) =>
  pair.map(([a, b]) => make(Math.min(a, b), Math.max(a, b)))

/** Any distribution: ranges of a single value, extreme logarithms and long lists of choices among them. */
export const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
  ordered(fc.tuple(bound, bound), (low, high) => float(low, high)),
  ordered(fc.tuple(positive, positive), (low, high) => float(low, high, { log: true })),
  fc
    .tuple(whole, fc.integer({ min: 0, max: 500 }), fc.constantFrom(0.1, 0.25, 3, 1e-3))
    .map(([low, steps, step]) => float(low / 8, low / 8 + steps * step, { step })),
  ordered(fc.tuple(whole, whole), (low, high) => int(low, high)),
  fc
    .tuple(whole, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 300 }))
    .map(([low, range, step]) => int(low, low + range, { step })),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1e9 }))
    .map(([low, range]) => int(low, low + range, { log: true })),
  fc.integer({ min: 1, max: 10_000 }).map((n) => categorical(Array.from({ length: n }, (_, i) => i))),
)
