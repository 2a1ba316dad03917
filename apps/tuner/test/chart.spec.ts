import { expect, it } from 'vitest'
import { chart } from '../src/text/chart.ts'

it('rises from the smallest value, with a trace of it, to the largest', () => {
  expect(chart([0, 5, 10], 60, 2)).toBe('  10 ┤ ▁█\n   0 ┤▁██')
})

it('samples a long series, and keeps its ends', () => {
  const series = Array.from({ length: 1000 }, (_, i) => i)
  const lines = chart(series, 10, 1).split('\n')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/┤▁.{8}█$/)
})

it('of a series that does not change is a flat line', () => {
  expect(chart([7, 7], 10, 1)).toBe('  7 ┤▁▁')
})
