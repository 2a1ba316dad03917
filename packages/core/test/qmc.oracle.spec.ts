import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sobolColumns } from '../src/numeric/sobol-directions.ts'
import { randomSource } from '../src/random/index.ts'
import { sequences } from '../src/samplers/qmc/points.ts'
import { centredDiscrepancy } from './centred-discrepancy.ts'

interface Oracle {
  readonly sobol: readonly { readonly index: number; readonly point: readonly number[] }[]
  readonly halton: readonly { readonly index: number; readonly point: readonly number[] }[]
  readonly sobolColumns: readonly number[]
  readonly discrepancies: readonly {
    readonly dimensions: number
    readonly points: number
    readonly sobol: number
    readonly halton: number
    readonly scrambledSobol: number
    readonly scrambledHalton: number
  }[]
}

// Written by oracle/generate_qmc.py with the version of SciPy that the file names.
const oracle = JSON.parse(readFileSync(new URL('oracle/qmc.json', import.meta.url), 'utf8')) as Oracle

it('the columns of all generator matrices equal those of SciPy', () => {
  const sums = sobolColumns.map((columns) => columns.reduce((sum, word, k) => sum + (k + 1) * word, 0))
  expect(sums).toEqual(oracle.sobolColumns)
})

describe.each(['sobol', 'halton'] as const)('the points of %s', (name) => {
  const sequence = sequences[name]

  it.each(oracle[name].map(({ index, point }) => [index, point] as const))(
    'equal those of SciPy exactly: point %i, all dimensions',
    (index, point) => {
      expect(point).toHaveLength(sequence.dimensions)
      expect(sequence.plain(index, sequence.dimensions)).toEqual(point)
    },
  )

  it.each(oracle.discrepancies)('are as even as those of SciPy: %o', (expected) => {
    const indices = Array.from({ length: expected.points }, (_, i) => i)
    const value = centredDiscrepancy(indices.map((i) => sequence.plain(i, expected.dimensions)))
    expect(value).toBeCloseTo(expected[name], 12)
  })

  it.each(oracle.discrepancies)('stay as even when they are scrambled: %o', (expected) => {
    const indices = Array.from({ length: expected.points }, (_, i) => i)
    const names = indices.slice(0, expected.dimensions).map((d) => `x${d}`)
    const values = Array.from({ length: 25 }, (_, seed) =>
      centredDiscrepancy(indices.map((i) => sequence.scrambled(i, names, randomSource(seed)))),
    ).sort((a, b) => a - b)
    const median = name === 'sobol' ? expected.scrambledSobol : expected.scrambledHalton
    // Medians of 25 vary by some percent; random points are at 3 to 80 times the value.
    expect(values[12]).toBeLessThan(1.3 * median)
    expect(values[12]).toBeGreaterThan(median / 1.3)
  })
})
