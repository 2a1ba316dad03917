import { describe, expect, it } from 'vitest'
import {
  type CmaEsOptions,
  categorical,
  cmaEs,
  createStudy,
  float,
  type HistorySnapshot,
  InMemoryStorage,
  int,
  loadStudy,
  type SearchSpace,
} from '../src/index.ts'
import { cmaEsOptions } from '../src/samplers/cma-es/cma-es-options.ts'
import { coordinatesOf } from '../src/samplers/cma-es/coordinates.ts'
import type { Generation } from '../src/samplers/cma-es/generation.ts'
import { nextGeneration } from '../src/samplers/cma-es/generation.ts'
import { sampledPlace } from '../src/samplers/cma-es/place.ts'
import { ranked } from '../src/samplers/cma-es/ranking.ts'
import { Replay } from '../src/samplers/cma-es/replay.ts'
import { Setup } from '../src/samplers/cma-es/setup.ts'
import { asynchronousRun } from './asynchronous-run.ts'
import { expectClose } from './expect-close.ts'
import { historyOf } from './history-of.ts'

const SEED = 4
const space = { x: float(-5, 5), y: float(1e-3, 10, { log: true }), n: int(0, 20) }
const directions = ['minimize'] as const

type Params = Readonly<Record<string, number>>

const sphere = (params: Params) => Object.values(params).reduce((sum, x) => sum + (x - 0.7) ** 2, 0)

function setupOf(searched: SearchSpace, options: CmaEsOptions = {}): Setup {
  const request = { seed: SEED, space: searched, directions }
  return new Setup(request, coordinatesOf(searched), cmaEsOptions.parse(options))
}

/** What the trial after a history is sampled from. */
function newest(searched: SearchSpace, history: HistorySnapshot, options: CmaEsOptions = {}): Generation {
  const replay = new Replay(setupOf(searched, options))
  for (let row = 0; row < history.size; row++) replay.add(history, row)
  return replay.newest(history)
}

const suggest = (options: CmaEsOptions, searched: SearchSpace, number: number, history: HistorySnapshot) =>
  cmaEs(options).suggest({ seed: SEED, number, space: searched, directions, history, pending: [] }).params

describe('the state of CMA-ES', () => {
  it('is that of the algorithm when trials follow each other', () => {
    const setup = setupOf(space)
    const { history } = asynchronousRun({
      sampler: cmaEs(),
      space,
      objective: sphere,
      trials: 70,
      seed: SEED,
    })
    const { values } = history.snapshot()
    let generation = setup.first()
    const { populationSize } = generation.run.strategy
    for (let begin = 0; begin < 70; begin += populationSize) {
      const numbers = Array.from({ length: populationSize }, (_, i) => begin + i)
      const loss = (number: number) => values[0]?.[number] as number
      const solutions = numbers
        .toSorted((a, b) => loss(a) - loss(b))
        .map((number) => ({ x: sampledPlace(setup, generation, number), injected: false }))
      generation = nextGeneration(generation, setup.coordinates, solutions, [0, 1])
    }
    const { run, evolution } = newest(space, history.snapshot())
    expect(run.index).toBe(0)
    expect(evolution.generation).toBe(10)
    expectClose(evolution.mean, generation.evolution.mean, 1e-9)
    expectClose(evolution.covariance, generation.evolution.covariance, 1e-9)
  })

  it('counts every trial when many run at a time', () => {
    const run = { sampler: cmaEs(), space, objective: sphere, trials: 140, seed: SEED, parallel: 30 }
    const { evolution } = newest(space, asynchronousRun(run).history.snapshot())
    expect(evolution.generation).toBe(20)
  })

  it('is the same put together at once as while trials finished late', () => {
    let compared = 0
    const kept = cmaEs()
    const sampler = {
      ...kept,
      suggest: (request: Parameters<typeof kept.suggest>[0]) => {
        const decision = kept.suggest(request)
        expect(cmaEs().suggest(request)).toEqual(decision)
        compared++
        return decision
      },
    }
    asynchronousRun({ sampler, space, objective: sphere, trials: 400, seed: SEED, parallel: 40 })
    expect(compared).toBe(400)
  })

  it('learns from trials that were chosen by others', () => {
    const rows = Array.from({ length: 70 }, (_, number) => {
      const x = ((number * 37) % 70) / 7 - 5
      return { number, values: [Math.abs(x - 3)], params: { x } }
    })
    const { evolution } = newest({ x: float(-5, 5) }, historyOf({ x: float(-5, 5) }, 1, rows))
    expect(evolution.mean[0]).toBeCloseTo(0.8, 1)
  })

  it('leaves out trials that lack a parameter', () => {
    const rows = Array.from({ length: 8 }, (_, number) => ({
      number,
      values: [number],
      params: { x: 0, ...(number % 2 === 0 ? { y: 1 } : {}) },
    }))
    const two = { x: float(-1, 1), y: float(0, 2) }
    expect(newest(two, historyOf(two, 1, rows)).evolution.generation).toBe(0)
    expect(newest({ x: two.x }, historyOf(two, 1, rows)).evolution.generation).toBe(2)
  })
})

describe('a study with CMA-ES', () => {
  it('goes on after an interruption as it would have', async () => {
    const run = async (stops: readonly number[]) => {
      const storage = new InMemoryStorage()
      for (const trials of stops) {
        const open = { name: 's', storage, loadIfExists: true, space, sampler: cmaEs() }
        await using study = await createStudy({ ...open, ...(trials === stops[0] ? { seed: SEED } : {}) })
        await study.optimize(({ params }) => sphere(params), { trials })
      }
      await using study = await loadStudy('s', { storage })
      return (await study.trials()).map(({ values }) => values)
    }
    expect(await run([13, 28, 60])).toEqual(await run([60]))
  })
})

describe('trials rank', () => {
  const history = historyOf({}, 1, [
    { number: 0, values: [3] },
    { number: 1, values: [1], constraint: 0.5 },
    { number: 2, values: [2] },
    { number: 3, state: 'pruned', steps: [[4, 1]] },
    { number: 4, state: 'pruned', steps: [[9, 5]] },
    { number: 5, values: [-1], constraint: 0.1 },
    { number: 6, state: 'pruned' },
    { number: 7, values: [2] },
    { number: 8, state: 'pruned', steps: [[4, Number.NaN]] },
  ])
  const rows = Array.from({ length: 9 }, (_, row) => row)

  it('complete before pruned before infeasible, the earlier of equals first', () => {
    expect(ranked(history, rows, 'minimize')).toEqual([2, 7, 0, 4, 3, 8, 6, 5, 1])
    expect(ranked(history, rows, 'maximize').slice(0, 3)).toEqual([0, 2, 7])
  })
})

describe('where a search starts', () => {
  const none = historyOf({}, 1, [])
  const first = (options: CmaEsOptions, searched: SearchSpace = space) =>
    Array.from({ length: 300 }, (_, number) => suggest(options, searched, number, none))

  it('is the middle of each range on its scale, a sixth of it wide', () => {
    const { evolution } = newest(space, none)
    expect([...evolution.mean]).toEqual([0.5, 0.5, 0.5])
    expect(evolution.sigma).toBe(1 / 6)
    const logs = first({}).map(({ y = 0 }) => (Math.log10(y) + 3) / 4)
    const mean = logs.reduce((a, b) => a + b) / logs.length
    expect(mean).toBeCloseTo(0.5, 1)
    expect(Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length)).toBeCloseTo(1 / 6, 1)
  })

  it('is where it is told to be', () => {
    const places = first({ initialMean: { x: 4, y: 0.1, n: 3, other: 5 }, initialSigma: 0.005 })
    expect(Math.max(...places.map(({ x = 0 }) => Math.abs(x - 4)))).toBeLessThan(0.5)
    expect(Math.max(...places.map(({ y = 0 }) => Math.abs(Math.log10(y) + 1)))).toBeLessThan(0.2)
    expect(new Set(places.map(({ n }) => n))).toEqual(new Set([3]))
  })

  it.each(['minimize', 'maximize'] as const)(
    'is where a similar task had its best trials: %s',
    (direction) => {
      const sourceTrials = Array.from({ length: 200 }, (_, i) => {
        const x = ((i * 71) % 200) / 20 - 5
        const loss = (x - 3) ** 2
        return { params: { x, y: 1, n: 7, mode: 'a' }, value: direction === 'minimize' ? loss : -loss }
      })
      const searched = { ...space, mode: categorical(['a', 'b']) }
      const request = { seed: SEED, space: searched, directions: [direction], history: none, pending: [] }
      const places = Array.from(
        { length: 200 },
        (_, number) => cmaEs({ sourceTrials }).suggest({ ...request, number }).params,
      )
      const xs = places.map((params) => params['x'] as number)
      expect(xs.reduce((a, b) => a + b) / 200).toBeCloseTo(3, 0)
      expect(Math.max(...xs.map((x) => Math.abs(x - 3)))).toBeLessThan(5)
    },
  )

  it('says which initial mean or source trial does not fit', () => {
    expect(() => suggest({ initialMean: { y: -1 } }, space, 0, none)).toThrow(
      'y: -1 is not in float(0.001, 10, log)',
    )

    const sourceTrials = [{ params: { x: 9, y: 1, n: 7 }, value: 1 }]
    expect(() => suggest({ sourceTrials }, space, 0, none)).toThrow('x: 9 is not in float(-5, 5)')
    const others = [{ params: { z: 9 }, value: 1 }]
    expect(() => suggest({ sourceTrials: others }, space, 0, none)).toThrow(
      'cmaEs: sourceTrials must hold a trial with all numerical parameters (n, x, y), but none of 1 has them',
    )
  })
})

describe('a run that has converged', () => {
  const square = { x: float(-5, 5), y: float(-5, 5) }
  const runs = (options: CmaEsOptions) => {
    const sampler = cmaEs(options)
    const { history } = asynchronousRun({
      sampler,
      space: square,
      objective: sphere,
      trials: 4000,
      seed: SEED,
    })
    const { size, numbers } = history.snapshot()
    expect([size, numbers[size - 1]]).toEqual([4000, 3999])
    const { x = new Float64Array(), y = new Float64Array() } = history.snapshot().params
    expect([...x.subarray(0, 4000), ...y.subarray(0, 4000)].every((value) => Math.abs(value) <= 5)).toBe(true)
    const seen = new Map<number, Generation['run']>()
    const snapshot = history.snapshot()
    for (let n = 0; n <= 4000; n += 100) {
      const { run } = newest(square, { ...snapshot, size: n }, options)
      seen.set(run.index, run)
    }
    return [...seen.values()]
  }

  it('is followed by one with twice the population: ipop', () => {
    const sizes = runs({ restart: 'ipop' }).map(({ strategy }) => strategy.populationSize)
    expect(sizes.length).toBeGreaterThan(3)
    for (const [i, size] of sizes.entries()) expect(size).toBe(6 * 2 ** i)
  })

  it('is followed by large and small populations in turn: bipop', () => {
    const all = runs({ restart: 'bipop' })
    const large = all.filter(({ isSmall }) => !isSmall)
    const small = all.slice(1).filter(({ isSmall }) => isSmall)
    expect(large.map(({ strategy }) => strategy.populationSize).slice(0, 2)).toEqual([12, 24])
    expect(small.length).toBeGreaterThan(0)
    for (const { strategy, sigma } of small) {
      expect(strategy.populationSize).toBeLessThanOrEqual(96)
      expect(sigma).toBeLessThanOrEqual(1 / 6)
    }
  })

  it('goes on without restarts', () => {
    expect(runs({ restart: 'none' }).map(({ index }) => index)).toEqual([0])
  })
})

describe('what CMA-ES cannot rank or order', () => {
  it('is chosen at random: categories, and all parameters for several directions', () => {
    const searched = { mode: categorical(['a', 'b', 'c']), x: float(0, 1) }
    const rows = Array.from({ length: 100 }, (_, number) => ({
      number,
      values: [number % 3],
      params: { mode: number % 3, x: 0.9 - (number % 3) * 0.1 },
    }))
    const history = historyOf(searched, 1, rows)
    const modes = Array.from({ length: 60 }, (_, i) => suggest({}, searched, 100 + i, history)['mode'])
    expect(new Set(modes).size).toBe(3)
    const several = {
      seed: SEED,
      space: searched,
      directions: ['minimize', 'maximize'],
      pending: [],
    } as const
    const two = historyOf(
      searched,
      2,
      rows.map((row) => ({ ...row, values: [1, 2] })),
    )
    const xs = Array.from(
      { length: 60 },
      (_, number) => cmaEs().suggest({ ...several, number: 100 + number, history: two }).params['x'],
    ) as number[]
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(0.8)
  })
})

describe('an option out of range', () => {
  it.each([
    [
      { sigma: 1 } as never,
      'cmaEs: sigma: there is no such key; there are populationSize, initialMean, initialSigma, restart, sourceTrials',
    ],
    [{ initialsigma: 1 } as never, 'cmaEs: initialsigma: there is no such key; did you mean initialSigma?'],
    [{ populationSize: 1 }, 'cmaEs: populationSize must be a whole number of at least 2, but is 1'],
    [{ initialSigma: 0 }, 'cmaEs: initialSigma must be a positive number, but is 0'],
    [{ restart: 'often' as 'none' }, "cmaEs: restart must be one of none, ipop, bipop, but is 'often'"],
    [{ initialMean: { x: Number.NaN } }, 'cmaEs: initialMean.x must be a number, but is NaN'],
    [
      { sourceTrials: [] },
      'cmaEs: sourceTrials must be a list of at least one trial, with its params and its value, but is []',
    ],
    [
      { sourceTrials: [{ params: {}, value: 1 }], initialSigma: 1 },
      'cmaEs: sourceTrials must be without initialMean and initialSigma, but is [ { params: {}, value: 1 } ]',
    ],
  ])('is refused: %j', (options, message) => {
    expect(() => cmaEs(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }))
  })
})
