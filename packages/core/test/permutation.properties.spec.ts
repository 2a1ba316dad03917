import fc from 'fast-check'
import { expect, it } from 'vitest'
import { permutedIndex } from '../src/numeric/permutation.ts'

it('a permutation takes each index to another place, and each place once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), fc.nat(), (size, a, b) => {
      const places = Array.from({ length: size }, (_, i) => permutedIndex(i, size, [a, b]))
      expect(new Set(places).size).toBe(size)
      expect(Math.max(...places)).toBe(size - 1)
    }),
  )
})

it('the places of the first indices are spread evenly, up to the largest size', () => {
  const size = 2 ** 52
  const places = Array.from({ length: 4000 }, (_, i) => permutedIndex(i, size, [1, 2]))
  const counts = Array.from(
    { length: 10 },
    (_, i) => places.filter((p) => Math.floor((p / size) * 10) === i).length,
  )
  const chiSquare = counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0)
  // The 99.9 % point of χ² with 9 degrees of freedom.
  expect(chiSquare).toBeLessThan(27.9)
})
