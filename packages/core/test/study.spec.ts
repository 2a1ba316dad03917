import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  categorical,
  createStudy,
  deleteStudy,
  float,
  InMemoryStorage,
  int,
  loadStudy,
  randomSampler,
  type Trial,
  TrialPruned,
} from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('a study with a typed space', () => {
  it('hands typed parameters to the objective and keeps the best', async () => {
    await using study = await createStudy({
      space: { x: float(-5, 5), mode: categorical(['near', 'far']), n: int(1, 4) },
      seed: 1,
    })
    await study.optimize(({ params }) => params.x ** 2 + (params.mode === 'far' ? 10 : 0) + params.n, {
      trials: 60,
    })
    const best = await study.bestTrial()
    expect(best.values?.[0]).toBe(Math.min(...(await study.trials()).map((t) => t.values?.[0] as number)))
    const { mode } = await study.bestParams()
    expect(mode satisfies 'near' | 'far').toBe('near')
  })

  it('refuses an enqueued value outside of the space', async () => {
    await using study = await createStudy({ space: { x: float(0, 1) } })
    await expect(study.enqueue({ x: 2 })).rejects.toMatchObject({
      code: 'INVALID_PARAMS',
      message: 'x: 2 is not in float(0, 1)',
    })
    await expect(study.enqueue({ y: 1 })).rejects.toThrow(code('INVALID_PARAMS'))
  })
})

describe('a study that its objective defines', () => {
  it('takes conditions and loops', async () => {
    await using study = await createStudy({ seed: 2, workers: 0 })
    await study.optimize(
      async (trial) => {
        const layers = await trial.suggestInt('layers', 1, 3)
        let sum = 0
        for (let i = 0; i < layers; i++) sum += await trial.suggestFloat(`width${i}`, 1, 100, { log: true })
        if ((await trial.suggestCategorical('tail', [true, null])) === true)
          sum += await trial.suggestFloat('t', 0, 1)
        return sum
      },
      { trials: 40 },
    )
    for (const trial of await study.trials()) {
      const layers = trial.params.get('layers')?.internal as number
      expect([...trial.params.keys()].filter((name) => name.startsWith('width'))).toHaveLength(layers)
      expect(trial.params.has('t')).toBe(trial.params.get('tail')?.internal === 0)
    }
  })

  it('gives a parameter once, and refuses another kind of distribution for it', async () => {
    await using study = await createStudy({ seed: 2, workers: 0 })
    const trial = await study.ask()
    const x = await trial.suggestFloat('x', 0, 1)
    expect(await trial.suggestFloat('x', 0, 1)).toBe(x)
    await expect(trial.suggestInt('x', 0, 1)).rejects.toThrow(code('INCOMPATIBLE_DISTRIBUTION'))
    await study.tell(trial, x)
    const next = await study.ask()
    await expect(next.suggestFloat('x', 1, 2, { log: true })).rejects.toThrow(
      code('INCOMPATIBLE_DISTRIBUTION'),
    )
    expect(await next.suggestFloat('x', 0, 2)).toBeLessThanOrEqual(2)
  })
})

describe('the budget', () => {
  it('counts what the storage holds: a second run does the rest, a third one more', async () => {
    const storage = new InMemoryStorage()
    let evaluations = 0
    const run = async (trials: number) => {
      await using study = await createStudy({
        name: 's',
        storage,
        loadIfExists: true,
        sampler: randomSampler(),
      })
      await study.optimize(async (t) => (evaluations++, t.suggestFloat('x', 0, 1)), { trials, parallel: 3 })
    }
    for (const trials of [10, 10, 15]) await run(trials)
    expect(evaluations).toBe(15)
  })

  it('is shared by studies that run at the same time, and failed trials do not use it up', async () => {
    const storage = new InMemoryStorage()
    const run = async () => {
      await using study = await createStudy({
        name: 's',
        storage,
        loadIfExists: true,
        sampler: randomSampler(),
      })
      await study.optimize(
        async (trial) => {
          await delay(1)
          if (trial.number % 4 === 3) throw new Error('every fourth fails')
          return 1
        },
        { trials: 30, parallel: 4, catch: true },
      )
      return await study.counts()
    }
    const [counts] = await Promise.all([run(), run()])
    expect(counts).toMatchObject({ complete: 30, running: 0 })
    expect(counts?.failed).toBeGreaterThan(5)
  })

  it('gives up when every trial fails', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    const broken = study.optimize(() => Promise.reject(new Error('no such table')), {
      trials: 5,
      catch: true,
      maxConsecutiveFailures: 4,
    })
    await expect(broken).rejects.toMatchObject({
      code: 'TOO_MANY_FAILURES',
      message: '4 trials in a row failed; the last: no such table',
    })
    expect((await study.trials())[0]?.systemAttributes['tune:failure']).toBe('Error: no such table')
  })

  it.each([
    ['gives NaN', () => Number.NaN],
    ['says that there is no value', () => ({ state: 'failed', reason: 'no pods' }) as const],
  ])('counts each failure once where the objective %s', async (_, objective) => {
    await using study = await createStudy({ sampler: randomSampler() })
    const broken = study.optimize(objective, { trials: 9, catch: true, maxConsecutiveFailures: 4 })
    await expect(broken).rejects.toMatchObject({ code: 'TOO_MANY_FAILURES', details: { failures: 4 } })
    expect((await study.counts()).failed).toBe(4)
  })

  it('lets no slot wait for another', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    const order: number[] = []
    const others = Promise.withResolvers<void>()
    await study.optimize(
      async ({ number }) => {
        if (number === 0) await others.promise
        order.push(number)
        if (order.length === 7) others.resolve()
        return 0
      },
      { trials: 8, parallel: 2 },
    )
    expect(order.at(-1)).toBe(0)
  })
})

describe('how trials end', () => {
  it('fails the run with the error of its objective unless it is caught', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    await expect(study.optimize(() => Promise.reject(new RangeError('out')), { trials: 3 })).rejects.toThrow(
      RangeError,
    )
    expect(await study.counts()).toMatchObject({ failed: 1, complete: 0 })
  })

  it('keeps the last intermediate value of a pruned trial', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    await study.optimize(
      async (trial) => {
        await trial.report(3, 0)
        await trial.report(5, 1)
        await trial.report(4, 1)
        throw new TrialPruned()
      },
      { trials: 1 },
    )
    const [trial] = await study.trials()
    expect(trial).toMatchObject({ state: 'pruned', values: [5] })
    await expect(study.bestTrial()).rejects.toThrow(code('NO_COMPLETE_TRIAL'))
  })

  it('fails a trial whose value is none, says so, and goes on', async () => {
    await using study = await createStudy({ sampler: randomSampler(), direction: ['minimize', 'maximize'] })
    const given: unknown[] = [[1, Number.NaN], 1, undefined, null, '1', [1], [1, 2, 3], ['a', 'b'], {}]
    await study.optimize(({ number }) => (given[number] ?? [1, 2]) as number[], { trials: 3 })
    const trials = await study.trials()
    expect(trials.filter(({ state }) => state === 'failed')).toHaveLength(7)
    expect(trials[1]?.systemAttributes['tune:failure']).toBe('objective: it must give 2 numbers, but gave 1')
  })

  it('ends by timeout, by stop and by abort', async () => {
    const clock = new FakeClock()
    await using study = await createStudy({ sampler: randomSampler(), clock })
    await study.optimize(() => clock.advance(7).then(() => 1), { timeout: 30 })
    expect(await study.counts()).toMatchObject({ complete: 5 })
    await study.optimize(() => (study.stop(), 1), {})
    expect(await study.counts()).toMatchObject({ complete: 6 })
    const abort = new AbortController()
    let begun = 0
    const endless = ({ signal }: Trial) => {
      if (++begun === 2) abort.abort()
      return delay(3_600_000, 1, { signal })
    }
    await study.optimize(endless, { signal: abort.signal, parallel: 2 })
    expect(await study.counts()).toMatchObject({ complete: 6, failed: 2, running: 0 })
  })

  it('lets callbacks see each trial', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    const seen: unknown[] = []
    await study.optimize(() => 7, { trials: 3, callbacks: [(_, trial) => void seen.push(trial.values)] })
    expect(seen).toEqual([[7], [7], [7]])
  })
})

describe('ask and tell', () => {
  it('runs what was enqueued first, with the missing parameters chosen', async () => {
    await using study = await createStudy({
      space: { x: float(0, 1), n: int(0, 9) },
      sampler: randomSampler(),
    })
    await study.enqueue({ n: 4 }, { userAttributes: { why: 'a hunch' } })
    await study.enqueue({ n: 4 }, { skipIfExists: true })
    const trial = await study.ask()
    expect(trial.params.n).toBe(4)
    expect(trial.userAttributes).toEqual({ why: 'a hunch' })
    await study.tell(trial, 1)
    expect(await study.counts()).toMatchObject({ waiting: 0, complete: 1 })
  })

  it('tells a trial by its number and token, or with force, once', async () => {
    const storage = new InMemoryStorage()
    await using asker = await createStudy({ name: 's', storage, sampler: randomSampler() })
    const [one, two] = [await asker.ask(), await asker.ask()]
    await using teller = await loadStudy('s', { storage })
    await expect(teller.tell(one.number, 3)).rejects.toThrow(code('LEASE_HELD'))
    await expect(teller.tell(one.number, 3, { token: two.token })).rejects.toThrow(code('LEASE_LOST'))
    await teller.tell(one.number, 3, { token: one.token })
    await teller.tell(two.number, 4, { force: true })
    await expect(teller.tell(one.number, 4)).rejects.toThrow(code('TRIAL_NOT_RUNNING'))
    await expect(asker.tell(one.number, 5)).rejects.toThrow(code('LEASE_LOST'))
    await expect(asker.tell(two, 5)).rejects.toThrow(code('LEASE_LOST'))
    expect((await teller.bestTrial()).values).toEqual([3])
  })

  it('keeps constraints and attributes, and prefers feasible trials', async () => {
    await using study = await createStudy({ sampler: randomSampler(), direction: 'maximize' })
    await study.optimize(
      async (trial) => {
        await trial.setConstraint('weight', trial.number - 2)
        await trial.setUserAttribute('from', { row: trial.number })
        return trial.number
      },
      { trials: 5 },
    )
    expect(await study.bestTrial()).toMatchObject({ number: 2, userAttributes: { from: { row: 2 } } })
  })

  it('gives the Pareto front of several directions', async () => {
    await using study = await createStudy({ direction: ['minimize', 'maximize'], sampler: randomSampler() })
    for (const values of [
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0],
      [1, 1],
    ])
      await study.tell(await study.ask(), values)
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([0, 1, 3, 4])
    await expect(study.bestTrial()).rejects.toThrow(code('INVALID_ARGUMENT'))
  })

  it('adds trials that were evaluated elsewhere', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    await study.add({
      state: 'complete',
      values: [2],
      params: new Map([['x', { distribution: float(0, 1), internal: 0.5 }]]),
    })
    expect(await study.bestParams()).toEqual({ x: 0.5 })
    await expect(study.add({ state: 'complete', values: [1, 2] })).rejects.toThrow(code('INVALID_VALUE'))
  })
})

describe('studies in a storage', () => {
  it('are created, opened, listed and deleted by name', async () => {
    const storage = new InMemoryStorage()
    await using _a = await createStudy({ name: 'a', storage })
    await expect(createStudy({ name: 'a', storage })).rejects.toThrow(code('STUDY_EXISTS'))
    await expect(
      createStudy({ name: 'a', storage, loadIfExists: true, direction: 'maximize' }),
    ).rejects.toThrow("study 'a' exists with direction minimize, not maximize")
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['a'])
    await deleteStudy('a', storage)
    await expect(loadStudy('a', { storage })).rejects.toThrow("no study 'a'")
  })

  it('remember their seed, so that an interrupted study goes on as it would have', async () => {
    const run = async (stops: readonly number[]) => {
      const storage = new InMemoryStorage()
      for (const trials of stops) {
        await using study = await createStudy({
          name: 's',
          storage,
          loadIfExists: true,
          workers: 0,
          ...(trials === stops[0] ? { seed: 11 } : {}),
          space: { x: float(0, 1), n: int(1, 9) },
        })
        await study.optimize(({ params }) => params.x * params.n, { trials })
      }
      await using study = await loadStudy('s', { storage })
      return (await study.trials()).map(({ values }) => values)
    }
    expect(await run([7, 18, 30])).toEqual(await run([30]))
  })
})

describe('the threads of a sampler', () => {
  it.each([1, 2, 8])('%i of them decide as none does', async (workers) => {
    const run = async (threads: number) => {
      await using study = await createStudy({
        seed: 5,
        workers: threads,
        space: { x: float(-5, 5), n: int(1, 100, { log: true }) },
      })
      await study.optimize(({ params }) => params.x ** 2 + params.n, { trials: 40, parallel: 4 })
      return (await study.trials()).map(({ values }) => values)
    }
    expect(await run(workers)).toEqual(await run(0))
  })

  it('carry an error back with its code and values', async () => {
    const failing = { name: 'no-such', options: {}, threaded: true, suggest: () => ({ params: {} }) }
    await using study = await createStudy({ sampler: failing, space: { x: float(0, 1) } })
    await expect(study.ask()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { name: 'no-such' },
    })
    expect(await study.counts()).toMatchObject({ failed: 1 })
  })
})
