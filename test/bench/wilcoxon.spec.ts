import { expect, it } from 'vitest'
import { wilcoxonP } from './wilcoxon.ts'

// scipy.stats.wilcoxon(d, method='exact'), SciPy 1.16; the last has ties, counted by hand.
it.each([
  [[1, 2, 3, 4, 5], 0.0625],
  [[1, -2, 3, -4, 5, 6, 7, 8], 0.109375],
  [[-0.5, 0.25, 3, 1.5, -2, 0.75], 0.5625],
  [[1, 1], 0.5],
])('the p-value of %j is %d', (differences, p) => {
  expect(wilcoxonP(differences)).toBeCloseTo(p, 12)
})
