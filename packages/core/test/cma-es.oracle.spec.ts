import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { float, int, type SearchSpace } from '../src/index.ts'
import { coordinatesOf } from '../src/samplers/cma-es/coordinates.ts'
import type { Evolution, Solution } from '../src/samplers/cma-es/evolution.ts'
import { firstGeneration, type Generation, nextGeneration } from '../src/samplers/cma-es/generation.ts'
import { defaultPopulationSize, strategyFor } from '../src/samplers/cma-es/strategy.ts'
import { warmStart } from '../src/samplers/cma-es/warm-start.ts'

interface Told {
  readonly x: readonly number[]
  readonly value: number
  /** The unit value of each parameter that was evaluated, where it is not x. */
  readonly meant?: readonly number[]
}

interface State {
  readonly mean: readonly number[]
  readonly sigma: number
  readonly covariance: readonly (readonly number[])[]
  readonly pathSigma: readonly number[]
  readonly pathC: readonly number[]
}

interface Case {
  readonly populationSize: number
  readonly generations: readonly (readonly Told[])[]
  readonly state: State
}

interface Oracle {
  readonly continuous: readonly (Case & { readonly dimensions: number })[]
  readonly mixed: readonly (Case & {
    readonly counts: readonly number[]
    readonly scales: readonly number[]
  })[]
  readonly warmStart: readonly {
    readonly solutions: readonly Told[]
    readonly mean: readonly number[]
    readonly sigma: number
    readonly covariance: readonly (readonly number[])[]
  }[]
}

// Written by oracle/generate_cma.py with the version of cmaes that the file names.
const oracle = JSON.parse(readFileSync(new URL('oracle/cma.json', import.meta.url), 'utf8')) as Oracle

/** Of the largest element: sums are in another order here, and eigenvectors come from another method. */
const RELATIVE = 1e-10

function expectNear(actual: Float64Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length)
  const scale = Math.max(...expected.map(Math.abs))
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] as number) - value), `[${i}]`).toBeLessThanOrEqual(RELATIVE * scale)
}

function expectState(evolution: Evolution, expected: State): void {
  expectNear(evolution.mean, expected.mean)
  expectNear(Float64Array.of(evolution.sigma), [expected.sigma])
  expectNear(evolution.covariance, expected.covariance.flat())
  expectNear(evolution.pathSigma, expected.pathSigma)
  expectNear(evolution.pathC, expected.pathC)
}

const best = (told: readonly Told[]): Solution[] =>
  told.toSorted((a, b) => a.value - b.value).map(({ x }) => ({ x: Float64Array.from(x), injected: false }))

/** The generation after all that was told. */
function replay(
  space: SearchSpace,
  { populationSize, generations }: Case,
  look: (generation: Generation, told: readonly Told[]) => void,
): Generation {
  const coordinates = coordinatesOf(space)
  const dimensions = coordinates.length
  const strategy = strategyFor(dimensions, populationSize)
  const spent = { small: 0, large: 0 }
  const run = { index: 0, strategy, sigma: 1 / 6, isSmall: true, doublings: 0, spent }
  let generation = firstGeneration(run, new Float64Array(dimensions).fill(0.5))
  for (const told of generations) {
    look(generation, told)
    generation = nextGeneration(generation, coordinates, best(told), [0, 1])
  }
  return generation
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${String(i).padStart(2, '0')}`)

describe('after the same generations CMA-ES is where cmaes is', () => {
  it.each(oracle.continuous.map((c) => [c.dimensions, c.populationSize, c.generations.length, c] as const))(
    '%i parameters, λ = %i, %i generations',
    (dimensions, populationSize, _, expected) => {
      const space = Object.fromEntries(names(dimensions).map((name) => [name, float(0, 1)]))
      const { evolution } = replay(space, expected, () => {})
      expectState(evolution, expected.state)
      expect([defaultPopulationSize(dimensions), 40, 4]).toContain(populationSize)
    },
  )

  it.each(oracle.mixed.map((c) => [c.counts.join(), c.generations.length, c] as const))(
    'with margin: parameters of %s values, %i generations',
    (_, __, expected) => {
      const space = Object.fromEntries(
        names(expected.counts.length).map((name, i) => {
          const count = expected.counts[i] as number
          return [name, count === 0 ? float(0, 1) : int(0, count - 1)]
        }),
      )
      const coordinates = coordinatesOf(space)
      const { evolution, scales } = replay(space, expected, ({ evolution: { mean }, scales: a }, told) => {
        for (const { x, meant } of told) {
          const values = coordinates.map((coordinate, d) => {
            const m = mean[d] as number
            return coordinate.toUnit(coordinate.toInternal(m + (a[d] as number) * ((x[d] as number) - m)))
          })
          expectNear(Float64Array.from(values), meant as readonly number[])
        }
      })
      expectState(evolution, expected.state)
      expectNear(scales, expected.scales)
    },
  )

  it.each(oracle.warmStart.map((c) => [c.solutions.length, c] as const))(
    'started from %i trials of a similar task',
    (_, expected) => {
      const { mean, sigma, covariance } = warmStart(best(expected.solutions).map(({ x }) => x))
      expectNear(mean, expected.mean)
      expectNear(Float64Array.of(sigma), [expected.sigma])
      expectNear(covariance, expected.covariance.flat())
    },
  )
})
