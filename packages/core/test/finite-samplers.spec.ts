import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  bruteForce,
  categorical,
  createStudy,
  float,
  grid,
  InMemoryStorage,
  int,
  paramValues,
  partialFixed,
  type Sampler,
  type Study,
  tpe,
} from '../src/index.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

/** The parameters of the complete trials as texts, sorted. */
async function combinations(study: Study<never>): Promise<string[]> {
  const complete = (await study.trials()).filter(({ state }) => state === 'complete')
  return complete
    .map((trial) => JSON.stringify(Object.entries(paramValues(trial)).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort()
}

const space = {
  n: int(1, 3),
  mode: categorical(['near', 'far']),
  rate: float(0, 1, { step: 0.25 }),
}

const finite: [string, () => Sampler][] = [
  ['grid', () => grid()],
  ['bruteForce', bruteForce],
]

describe.each(finite)('%s over a space of 30 points', (_, make) => {
  it.each([1, 4])('tries each once and ends, %i at a time', async (parallel) => {
    await using study = await createStudy({ space, sampler: make(), seed: 3 })
    await study.optimize(() => delay(1, 0), { parallel })
    const tried = await combinations(study as never)
    expect(tried).toHaveLength(30)
    expect(new Set(tried).size).toBe(30)
    expect(await study.counts()).toMatchObject({ complete: 30, failed: 0, running: 0 })
  })

  it('goes on where an earlier process stopped, and then says that nothing is left', async () => {
    const storage = new InMemoryStorage()
    const open = () =>
      createStudy({ name: 's', storage, loadIfExists: true, space, sampler: make(), seed: 3 })
    await using first = await open()
    await first.optimize(() => 0, { trials: 11 })
    expect(await first.isExhausted()).toBe(false)
    await using second = await open()
    await second.optimize(() => 0, { trials: 100 })
    expect(new Set(await combinations(second as never)).size).toBe(30)
    expect(await second.counts()).toMatchObject({ complete: 30, failed: 0 })
    expect(await second.isExhausted()).toBe(true)
    await expect(second.ask()).rejects.toThrow(code('SPACE_EXHAUSTED'))
    expect((await second.trials()).length).toBe(30)
  })

  it('tries a failed point again, and what was enqueued only once', async () => {
    await using study = await createStudy({ space, sampler: make(), seed: 3 })
    await study.enqueue({ n: 2, mode: 'far', rate: 0.5 })
    await study.enqueue({ mode: 'near' })
    await study.optimize(({ number }) => (number % 5 === 4 ? Promise.reject(new Error('no')) : 0), {
      catch: true,
    })
    const tried = await combinations(study as never)
    expect(tried).toHaveLength(30)
    expect(new Set(tried).size).toBe(30)
    expect((await study.counts()).failed).toBeGreaterThan(5)
  })

  it('runs what waits though nothing is left', async () => {
    await using study = await createStudy({ space, sampler: make(), seed: 3 })
    await study.optimize(() => 0)
    await study.enqueue({ n: 1, mode: 'near', rate: 0 })
    expect(await study.isExhausted()).toBe(false)
    await study.optimize(() => 0)
    expect(await study.counts()).toMatchObject({ complete: 31, waiting: 0 })
  })

  it('waits for the points of trials that run elsewhere', async () => {
    const storage = new InMemoryStorage()
    const open = () =>
      createStudy({ name: 's', storage, loadIfExists: true, space, sampler: make(), seed: 3 })
    await using other = await open()
    const elsewhere = [await other.ask(), await other.ask()]
    await using study = await open()
    const optimizing = study.optimize(() => 0)
    while ((await other.counts()).complete < 28) await delay(5)
    await expect(study.ask()).rejects.toThrow(code('SPACE_EXHAUSTED'))
    await other.tell(elsewhere[0] as never, 0)
    await other.tell(elsewhere[1] as never, { state: 'failed' })
    await optimizing
    expect(new Set(await combinations(study as never)).size).toBe(30)
    expect(await study.counts()).toMatchObject({ complete: 30, failed: 1 })
  })

  it('tries the points of the study with some parameters fixed', async () => {
    await using study = await createStudy({ space, sampler: partialFixed(make(), { mode: 'far' }), seed: 3 })
    await study.optimize(() => 0)
    const tried = await combinations(study as never)
    expect(tried).toHaveLength(15)
    expect(new Set(tried).size).toBe(15)
    expect(tried.every((text) => text.includes('far'))).toBe(true)
  })
})

describe('grid', () => {
  it('takes listed values, and evenly spaced ones of continuous ranges', async () => {
    await using study = await createStudy({
      space: {
        x: float(0, 1),
        rate: float(1e-4, 1, { log: true }),
        c: categorical(['a', 'b', 'c']),
        k: int(0, 99),
      },
      sampler: grid({ resolution: 3, values: { c: ['a', 'c'], k: [7, 70, 7] } }),
      seed: 1,
    })
    await study.optimize(() => 0)
    const trials = await study.trials()
    const values = (name: string) =>
      [...new Set(trials.map((trial) => paramValues(trial)[name] as number))].sort((a, b) => (a < b ? -1 : 1))
    expect(trials).toHaveLength(3 * 3 * 2 * 2)
    expect(values('x')).toEqual([0, 0.5, 1])
    expect(values('rate').map((rate) => Math.log10(rate))).toEqual([-4, expect.closeTo(-2, 12), 0])
    expect(values('c')).toEqual(['a', 'c'])
    expect(values('k')).toEqual([7, 70])
  })

  it('ends in a study whose objective names the listed parameters', async () => {
    await using study = await createStudy({
      sampler: grid({ values: { a: [1, 2], b: [0.25, 0.5, 0.75] } }),
      seed: 1,
    })
    await study.optimize(async (trial) => {
      return (await trial.suggestInt('a', 0, 9)) + (await trial.suggestFloat('b', 0, 1))
    })
    expect(new Set(await combinations(study as never)).size).toBe(6)
  })

  it('shuffles: the same order for the same seed, another for another', async () => {
    const order = async (seed: number) => {
      await using study = await createStudy({ space, sampler: grid(), seed })
      await study.optimize(() => 0, { trials: 12 })
      return (await study.trials()).map((trial) => JSON.stringify(paramValues(trial)))
    }
    expect(await order(1)).toEqual(await order(1))
    expect(await order(1)).not.toEqual(await order(2))
  })

  it('draws from a grid that is too large to be numbered', async () => {
    const huge = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, int(0, 1000)]))
    await using study = await createStudy({ space: huge, sampler: grid(), seed: 1 })
    await study.optimize(() => 0, { trials: 20 })
    expect(new Set(await combinations(study as never)).size).toBe(20)
  })

  it('says what is wrong', async () => {
    expect(() => grid({ resolution: 1 })).toThrow(
      'grid: resolution must be a whole number of at least 2, but is 1',
    )
    expect(() => grid({ values: { x: [] } })).toThrow(
      'grid: values.x must be a list of at least one value, but is []',
    )
    await using study = await createStudy({ space, sampler: grid({ values: { n: [4] } }) })
    await expect(study.ask()).rejects.toThrow('n: 4 is not in int(1, 3)')
  })
})

describe('bruteForce', () => {
  it('finds every combination of a space with conditions and dependent ranges', async () => {
    await using study = await createStudy({ sampler: bruteForce(), seed: 5 })
    await study.optimize(
      async (trial) => {
        const kind = await trial.suggestCategorical('kind', ['float', 'int', 'none'])
        if (kind === 'float') return trial.suggestFloat('x', 1, 3, { step: 0.5 })
        if (kind === 'none') return 0
        const a = await trial.suggestInt('a', 1, 3)
        return a + (await trial.suggestInt('b', a, 3))
      },
      { parallel: 3 },
    )
    const tried = new Set(await combinations(study as never))
    // x: 1, 1.5, … 3; (a, b): (1, 1) (1, 2) (1, 3) (2, 2) (2, 3) (3, 3); none. Parallel trials may have met at first.
    expect(tried.size).toBe(5 + 6 + 1)
    expect(await study.isExhausted()).toBe(true)
  })

  it('finds every leaf of any tree, without a repetition when trials follow each other', async () => {
    for (let seed = 0; seed < 20; seed++) {
      await using study = await createStudy({ sampler: bruteForce(), seed })
      // Which parameter comes next, and how many values it has, depends on all values before it.
      await study.optimize(async (trial) => {
        let state = seed + 1
        for (let depth = 0; depth < 4; depth++) {
          state = (state * 48_271 + 11) % 2_147_483_647
          if (state % 5 === 0) break
          state += await trial.suggestInt(`p${state % 3}-${depth}`, 0, state % 4)
        }
        return 0
      })
      const tried = await combinations(study as never)
      expect(new Set(tried).size).toBe(tried.length)
      expect(tried.length).toBe(leaves(seed))
    }
  })

  it('draws continuous parameters at random beside the others', async () => {
    await using study = await createStudy({
      space: { n: int(0, 4), x: float(0, 1) },
      sampler: bruteForce(),
      seed: 1,
    })
    await study.optimize(() => 0)
    const trials = await study.trials()
    expect(trials).toHaveLength(5)
    expect(new Set(trials.map((trial) => trial.params.get('x')?.internal)).size).toBe(5)
  })
})

/** How many different trials that objective has. */
function leaves(seed: number): number {
  const below = (before: number, depth: number): number => {
    if (depth === 4) return 1
    const state = (before * 48_271 + 11) % 2_147_483_647
    if (state % 5 === 0) return 1
    return Array.from({ length: (state % 4) + 1 }, (_, i) => below(state + i, depth + 1)).reduce(
      (a, b) => a + b,
    )
  }
  return below(seed + 1, 0)
}

describe('partialFixed', () => {
  it('fixes what it is told to and leaves the rest to the other sampler', async () => {
    await using study = await createStudy({ space, sampler: partialFixed(tpe(), { n: 2 }), seed: 1 })
    await study.optimize(({ params }) => params.rate, { trials: 20 })
    const trials = await study.trials()
    expect(new Set(trials.map((trial) => paramValues(trial)['n']))).toEqual(new Set([2]))
    expect(new Set(trials.map((trial) => paramValues(trial)['rate'])).size).toBeGreaterThan(3)
  })

  it('fixes parameters that the objective names as it goes', async () => {
    await using study = await createStudy({
      sampler: partialFixed(tpe(), { mode: 'far' }),
      seed: 1,
      workers: 0,
    })
    await study.optimize(
      async (trial) =>
        (await trial.suggestCategorical('mode', ['near', 'far'])) === 'far'
          ? trial.suggestFloat('x', 0, 1)
          : 9,
      { trials: 15 },
    )
    expect((await study.trials()).every(({ values }) => (values?.[0] as number) < 1)).toBe(true)
  })

  it('refuses a value that is not in the distribution', async () => {
    await using study = await createStudy({ space, sampler: partialFixed(tpe(), { n: 7 }), workers: 0 })
    await expect(study.ask()).rejects.toThrow(code('INVALID_PARAMS'))
  })

  it('decides in worker threads as without them', async () => {
    const run = async (workers: number) => {
      await using study = await createStudy({
        space,
        sampler: partialFixed(tpe(), { n: 2 }),
        seed: 1,
        workers,
      })
      await study.optimize(({ params }) => params.rate, { trials: 15 })
      return await combinations(study as never)
    }
    expect(await run(1)).toEqual(await run(0))
  })
})
