import { describe, expect, it } from 'vitest'
import { cmaEs, float, int, randomSampler, type Sampler, type SearchSpace } from '../src/index.ts'
import { asynchronousRun } from './asynchronous-run.ts'

type Objective = (x: readonly number[]) => number

/** All have their minimum, 0, away from the middle of the range. */
const objectives = {
  sphere: (x) => x.reduce((sum, v) => sum + (v - 0.7) ** 2, 0),
  ellipsoid: (x) => x.reduce((sum, v, i) => sum + 1e4 ** (i / (x.length - 1)) * (v - 0.7) ** 2, 0),
  Rosenbrock: (x) =>
    x.slice(1).reduce((sum, v, i) => {
      const before = x[i] as number
      return sum + 100 * (v - before ** 2) ** 2 + (1 - before) ** 2
    }, 0),
} satisfies Record<string, Objective>

const SEEDS = [1, 2, 3, 4, 5, 6, 7]

function medianBest(
  sampler: () => Sampler,
  space: SearchSpace,
  objective: Objective,
  trials: number,
  parallel: number,
) {
  const bests = SEEDS.map((seed) => {
    const run = { sampler: sampler(), space, trials, seed, parallel }
    return asynchronousRun({ ...run, objective: (params) => objective(Object.values(params)) }).best
  })
  return bests.sort((a, b) => a - b)[(SEEDS.length - 1) / 2] as number
}

const ranges = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, float(-5, 5)]))

describe('CMA-ES finds the minimum', () => {
  // How much nearer than random search with as many trials: the median of seven seeds.
  it.each([
    ['sphere', 300, 1, 1000],
    ['sphere', 300, 5, 1000],
    ['sphere', 300, 50, 10],
    ['ellipsoid', 600, 1, 1000],
    ['ellipsoid', 600, 20, 100],
    ['Rosenbrock', 600, 1, 30],
    ['Rosenbrock', 600, 20, 30],
  ] as const)('of a %s of 5 parameters: %i trials, %i at a time', (name, trials, parallel, factor) => {
    const run = (sampler: () => Sampler) => medianBest(sampler, ranges(5), objectives[name], trials, parallel)
    expect(run(() => cmaEs()) * factor).toBeLessThan(run(randomSampler))
  })

  it.each([1, 20])('of integers, switches and real numbers: %i at a time', (parallel) => {
    const space: SearchSpace = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `x${i}`,
        [int(0, 1), float(-5, 5), int(-10, 10), float(-5, 5, { step: 0.5 })][i % 4] as SearchSpace[string],
      ]),
    )
    // 0 at (1, 0.7, 3, 1.5).
    const objective: Objective = (x) =>
      x.reduce(
        (sum, v, i) =>
          sum + ([10, 1, 1, 1][i % 4] as number) * (v - ([1, 0.7, 3, 1.5][i % 4] as number)) ** 2,
        0,
      )
    const run = (sampler: () => Sampler) => medianBest(sampler, space, objective, 600, parallel)
    expect(run(() => cmaEs()) * 100).toBeLessThan(run(randomSampler))
  })

  it('of a log range, to six digits', () => {
    const space = { rate: float(1e-8, 1, { log: true }), width: int(1, 4096, { log: true }) }
    const objective: Objective = ([rate = 0, width = 0]) =>
      Math.log10(rate / 3e-5) ** 2 + Math.log2(width / 300) ** 2
    expect(medianBest(() => cmaEs(), space, objective, 400, 1)).toBeLessThan(1e-12)
  })
})
