import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { categorical, float, int, qmc, type SearchSpace } from '../src/index.ts'
import { nestedScramble } from '../src/numeric/nested-scramble.ts'
import { centredDiscrepancy } from './centred-discrepancy.ts'
import { historyOf } from './history-of.ts'

const history = historyOf({}, 1, [])

function suggest(space: SearchSpace, seed: number, number: number, options = {}) {
  return qmc(options).suggest({ seed, number, space, directions: ['minimize'], history, pending: [] }).params
}

const unit = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, float(0, 1)]))
const exponent = fc.integer({ min: 0, max: 7 })

describe('quasi-random choices', () => {
  it('put one of the first 2^m values of each parameter into each of 2^m equal parts of its range', () => {
    fc.assert(
      fc.property(fc.nat(), exponent, fc.integer({ min: 1, max: 12 }), (seed, m, dimensions) => {
        const names = Array.from({ length: dimensions }, (_, d) => `x${d}`)
        const n = 2 ** m
        const trials = Array.from({ length: n }, (_, number) => suggest(unit(names), seed, number))
        for (const name of names) {
          const parts = trials.map((params) => Math.floor((params[name] as number) * n))
          expect(new Set(parts).size).toBe(n)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('fill the rectangles of the first two parameters evenly too', () => {
    fc.assert(
      fc.property(fc.nat(), exponent, fc.nat(7), (seed, m, cut) => {
        const wide = 2 ** Math.min(cut, m)
        const high = 2 ** m / wide
        const cells = Array.from({ length: 2 ** m }, (_, number) => {
          const { a = 0, b = 0 } = suggest(unit(['a', 'b']), seed, number)
          return Math.floor(a * wide) * high + Math.floor(b * high)
        })
        expect(new Set(cells).size).toBe(2 ** m)
      }),
      { numRuns: 40 },
    )
  })

  it('take every choice of a category and every value of a grid equally often', () => {
    const space = { choice: categorical(['a', 'b', 'c', 'd']), n: int(1, 8) }
    const trials = Array.from({ length: 64 }, (_, number) => suggest(space, 7, number))
    for (const [name, count] of [
      ['choice', 4],
      ['n', 8],
    ] as const) {
      const values = Map.groupBy(trials, (params) => params[name])
      expect(values.size).toBe(count)
      for (const same of values.values()) expect(same).toHaveLength(64 / count)
    }
  })

  it.each(['sobol', 'halton'] as const)(
    'keep parameters apart that are suggested one by one: %s',
    (sequence) => {
      const points = Array.from({ length: 256 }, (_, number) =>
        ['a', 'b', 'c'].map(
          (name) => suggest({ [name]: float(0, 1) }, 3, number, { sequence })[name] as number,
        ),
      )
      // 256 random points in 3 dimensions are at 0.002 on average; coordinates that move together at 0.02 and more.
      expect(centredDiscrepancy(points)).toBeLessThan(0.003)
    },
  )

  it.each([
    ['sobol', 500],
    ['halton', 100],
  ] as const)('go on where %s has no more dimensions', (sequence, dimensions) => {
    const names = Array.from({ length: dimensions }, (_, d) => `x${d}`)
    const params = suggest(unit(names), 5, 9, { sequence })
    expect(new Set(Object.values(params)).size).toBe(dimensions)
    expect(() => suggest(unit(names), 5, 9, { sequence, scramble: false })).toThrow(
      expect.objectContaining({ code: 'SAMPLER_FAILED' }),
    )
  })

  it('are the plain points without scrambling', () => {
    expect(suggest(unit(['a', 'b', 'c']), 1, 3, { scramble: false })).toEqual({ a: 0.25, b: 0.75, c: 0.75 })
  })

  it('refuse an unknown sequence', () => {
    expect(() => qmc({ sequence: 'faure' as 'sobol' })).toThrow(
      "qmc: sequence must be one of sobol, halton, but is 'faure'",
    )
  })
})

describe('nested scrambling', () => {
  it('permutes each aligned block of 2^m words as a whole, and is one-to-one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 8 }), fc.nat(1000), (a, b, m, block) => {
        const size = 2 ** m
        const words = Array.from({ length: size }, (_, i) => nestedScramble(block * size + i, [a, b]))
        expect(new Set(words).size).toBe(size)
        expect(new Set(words.map((word) => Math.floor(word / size))).size).toBe(1)
      }),
    )
  })
})
