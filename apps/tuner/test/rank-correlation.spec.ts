import { expect, it } from 'vitest'
import { rankCorrelation } from '../src/statistics/rank-correlation.ts'

// scipy.stats.spearmanr(xs, ys), SciPy 1.17
it.each([
  ['without ties', [3, 1, 4, 1.5, 9, 2.6], [2, 7, 1, 8, 2.8, 1.8], -0.5428571428571429],
  ['with ties', [1, 2, 2, 3, 3, 3], [5, 6, 7, 8, 7, 9], 0.8610584002420806],
])('%s', (_, xs, ys, expected) => {
  expect(rankCorrelation(xs, ys)).toBeCloseTo(expected, 12)
})

it('is 1 for any rising function, -1 for any falling one, NaN where nothing varies', () => {
  const xs = [0.1, 5, 2, 7.5]
  expect(
    rankCorrelation(
      xs,
      xs.map((x) => Math.exp(x)),
    ),
  ).toBeCloseTo(1, 12)
  expect(
    rankCorrelation(
      xs,
      xs.map((x) => -x),
    ),
  ).toBeCloseTo(-1, 12)
  expect(rankCorrelation(xs, [1, 1, 1, 1])).toBeNaN()
})
