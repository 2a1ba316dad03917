import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Direction, SearchSpace } from '../src/index.ts'
import { NumericalKernels } from '../src/samplers/tpe/numerical-kernels.ts'
import { ParzenEstimator } from '../src/samplers/tpe/parzen-estimator.ts'
import { goodTrials, splitTrials } from '../src/samplers/tpe/split-trials.ts'
import { expectClose } from './expect-close.ts'
import { historyOf, type Row } from './history-of.ts'

function oracle<Case>(file: string): Case[] {
  return (JSON.parse(readFileSync(new URL(`oracle/${file}`, import.meta.url), 'utf8')) as { cases: Case[] })
    .cases
}

interface ParzenCase {
  readonly space: SearchSpace
  readonly observations: Record<string, number[]>
  readonly weights: number[]
  readonly mus: Record<string, number[]>
  readonly sigmas: Record<string, number[]>
  readonly points: number[][]
  readonly logDensities: number[]
}

interface SplitCase {
  readonly directions: Direction[]
  readonly trials: {
    readonly state: 'complete' | 'pruned'
    readonly values: number[] | null
    readonly constraint: number
    readonly steps: [number, number | null][]
  }[]
  readonly below: number[]
}

// Optuna's own arithmetic differs from ours in the order of operations, and its error function in the last bits.
const RELATIVE = 1e-10

describe('a Parzen estimator equals that of Optuna 5', () => {
  it.each(
    [...oracle<ParzenCase>('parzen.json'), ...oracle<ParzenCase>('parzen-outside.json')].map(
      (c) => [Object.keys(c.space).join('+'), c.weights.length - 1, c] as const,
    ),
  )('%s, %i trials', (_, trials, expected) => {
    const observations = Object.fromEntries(
      Object.entries(expected.observations).map(([k, v]) => [k, Float64Array.from(v)]),
    )
    const estimator = new ParzenEstimator(
      expected.space,
      Object.keys(expected.space).map((name) => observations[name] as Float64Array),
      trials,
      false,
    )
    expectClose(estimator.weights, expected.weights, RELATIVE)
    for (const [name, mus] of Object.entries(expected.mus)) {
      const distribution = expected.space[name]
      if (distribution === undefined || distribution.kind === 'categorical')
        throw new Error(`${name} has no range`)
      const kernels = new NumericalKernels(distribution, observations[name] as Float64Array)
      expectClose(kernels.mus, mus, RELATIVE)
      expectClose(kernels.sigmas, expected.sigmas[name] as number[], RELATIVE)
    }
    expectClose(
      expected.points.map((point) => estimator.logDensity(Float64Array.from(point))),
      expected.logDensities,
      RELATIVE,
    )
  })
})

describe('good trials are those of Optuna 5', () => {
  it.each(oracle<SplitCase>('split.json').map((c) => [c.directions.join(', '), c.trials.length, c] as const))(
    '%s, %i trials',
    (_, n, { directions, trials, below }) => {
      const rows: Row[] = trials.map((trial, number) => ({
        ...trial,
        number,
        steps: trial.steps.map(([step, value]) => [step, value ?? Number.NaN]),
      }))
      const history = historyOf({}, directions.length, rows)
      const split = splitTrials(history, directions, goodTrials(n, directions.length))
      expect(Array.from(split.below, (row) => history.numbers[row])).toEqual(below)
      expect(split.above.length).toBe(n - below.length)
    },
  )
})
