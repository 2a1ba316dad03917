import { describe, expect, it } from 'vitest'
import {
  createStudy,
  float,
  InMemoryStorage,
  loadStudy,
  median,
  noPruner,
  type PruneRequest,
  randomSampler,
  type StudyStorage,
  successiveHalving,
  TrialPruned,
} from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

const sampler = randomSampler()

/** A pruner that keeps what it was asked. */
function recorder() {
  const asked: PruneRequest[] = []
  const prune = (request: PruneRequest) => {
    asked.push(structuredClone(request))
    return { prune: false }
  }
  return { asked, pruner: { name: 'recorder', options: {}, prune } }
}

/** The storage, counting its calls by name. */
function counted(storage: StudyStorage) {
  const calls: string[] = []
  const proxy = new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        // It looks at what it is given, and touches nothing.
        if (name !== 'assertStorable') calls.push(String(name))
        return Reflect.apply(member, target, args) as unknown
      }
    },
  })
  return { calls, storage: proxy }
}

describe('a study with a pruner', () => {
  it('ends trials that fall behind, by the median of five unless told otherwise', async () => {
    await using study = await createStudy({ sampler })
    await study.optimize(
      async (trial) => {
        for (let step = 0; step < 3; step++) {
          await trial.report(trial.number, step)
          if (await trial.shouldPrune()) throw new TrialPruned()
        }
        return trial.number
      },
      { trials: 8 },
    )
    const states = (await study.trials()).map(({ state }) => state)
    expect(states).toEqual([...Array<string>(5).fill('complete'), ...Array<string>(3).fill('pruned')])
  })

  it('keeps the reason with the trial', async () => {
    await using study = await createStudy({ sampler, pruner: median({ startupTrials: 1 }) })
    await study.optimize(
      async (trial) => {
        await trial.report(trial.number, 0)
        expect(trial.pruneReason).toBeUndefined()
        if (await trial.shouldPrune()) throw new TrialPruned()
        return 0
      },
      { trials: 2 },
    )
    const reason = 'its best value 1 is worse than 0, which the best 50 % of 1 trials reached at step 0'
    expect((await study.trials())[1]).toMatchObject({
      state: 'pruned',
      values: [1],
      systemAttributes: { 'tune:pruned': reason },
    })
  })

  it('keeps going with none', async () => {
    await using study = await createStudy({ sampler, pruner: noPruner() })
    await study.optimize(
      async (trial) => {
        await trial.report(trial.number, 0)
        expect(await trial.shouldPrune()).toBe(false)
        return 0
      },
      { trials: 8 },
    )
    expect(await study.counts()).toMatchObject({ complete: 8 })
  })

  it('tells it of all trials, whoever ran them: what finished, and what runs with its reports until now', async () => {
    const storage = new InMemoryStorage()
    await using elsewhere = await createStudy({ name: 's', storage, sampler, direction: 'maximize', seed: 7 })
    const [failed, complete, running] = [await elsewhere.ask(), await elsewhere.ask(), await elsewhere.ask()]
    await failed.report(1, 4)
    await elsewhere.tell(failed, { state: 'failed' })
    await complete.report(2, 3)
    await complete.report(1.5, 1)
    await complete.setConstraint('c', 1)
    await elsewhere.tell(complete, 8)
    await running.report(3, 0)
    await running.saved()
    await elsewhere.enqueue({})

    const { asked, pruner } = recorder()
    await using study = await loadStudy('s', { storage, sampler, pruner })
    const [mine, other] = [await study.ask(), await study.ask()]
    await other.report(4, 5)
    await mine.report(9, 2)
    await mine.shouldPrune()
    expect(asked[0]).toEqual({
      seed: 7,
      study: 's',
      number: 3,
      directions: ['maximize'],
      reports: { steps: [2], values: [[9]] },
      finished: [
        { number: 0, state: 'failed', values: null, feasible: true, reports: { steps: [4], values: [[1]] } },
        {
          number: 1,
          state: 'complete',
          values: [8],
          feasible: false,
          reports: { steps: [1, 3], values: [[1.5, 2]] },
        },
      ],
      running: [
        { number: 2, state: 'running', values: null, feasible: true, reports: { steps: [0], values: [[3]] } },
        { number: 4, state: 'running', values: null, feasible: true, reports: { steps: [5], values: [[4]] } },
      ],
    })
  })

  it('tells it of the others also where a trial was taken over from a dead process', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const dead = await createStudy({ name: 's', storage, clock, sampler, lease: 900 })
    await dead.tell(await dead.ask(), 4)
    const trial = await dead.ask()
    await trial.report(5, 1)
    await trial.saved()
    await dead[Symbol.asyncDispose]()
    await clock.advance(1000)

    const { asked, pruner } = recorder()
    await using study = await loadStudy('s', { storage, clock, sampler, pruner })
    const [adopted] = await study.adopt()
    await adopted?.shouldPrune()
    expect(asked).toMatchObject([
      { number: 1, reports: { steps: [1], values: [[5]] }, finished: [{ number: 0 }], running: [] },
    ])
  })

  it('costs the storage nothing', async () => {
    const { calls, storage } = counted(new InMemoryStorage())
    await using study = await createStudy({ storage, sampler })
    const trial = await study.ask()
    await trial.report(1, 0)
    await trial.saved()
    const before = calls.length
    for (let i = 0; i < 3; i++) await trial.shouldPrune()
    expect(calls.slice(before)).toEqual([])
    await trial.report(1, 1)
    await trial.saved()
    expect(calls.slice(before)).toEqual(['extendTrial'])
  })
})

describe('reports in a study with several directions', () => {
  const direction = ['minimize', 'maximize'] as const

  it('are vectors, kept exactly and found again by another process', async () => {
    const storage = new InMemoryStorage()
    const { asked, pruner } = recorder()
    await using study = await createStudy({ name: 's', storage, sampler, direction })
    const trial = await study.ask()
    await trial.report([0.1, Number.NaN], 2)
    await trial.report([-0.5, Number.NEGATIVE_INFINITY], 0)
    await trial.report([9, 9], 2)
    const { systemAttributes, intermediateValues } = await study.tell(trial, [1, 2])
    expect(systemAttributes).toMatchObject({ 'tune:report:2': [0.1, Number.NaN] })
    expect(intermediateValues.size).toBe(0)

    await using again = await loadStudy('s', { storage, sampler, pruner })
    await (await again.ask()).shouldPrune()
    expect(asked[0]?.finished[0]?.reports).toEqual({
      steps: [0, 2],
      values: [
        [-0.5, 0.1],
        [Number.NEGATIVE_INFINITY, Number.NaN],
      ],
    })
  })

  it('are not those of the trial that tries again', async () => {
    await using study = await createStudy({ sampler, direction, retry: { failed: 1 } })
    const trial = await study.ask()
    await trial.report([1, 2], 0)
    await study.tell(trial, { state: 'failed' })
    expect((await study.ask()).reports).toEqual({ steps: [], values: [[], []] })
  })

  it('cost one statement each, and let dominated trials be pruned', async () => {
    const { calls, storage } = counted(new InMemoryStorage())
    await using study = await createStudy({
      storage,
      sampler,
      direction,
      pruner: successiveHalving({ minResource: 1 }),
    })
    const evaluate = async (...report: readonly number[]) => {
      const trial = await study.ask()
      const before = calls.length
      await trial.report(report, 1)
      await trial.saved()
      expect(calls.slice(before)).toEqual(['extendTrial'])
      const isPruned = await trial.shouldPrune()
      await study.tell(trial, isPruned ? { state: 'pruned' } : report)
      return isPruned
    }
    expect(await evaluate(1, 1)).toBe(false)
    expect(await evaluate(2, 2)).toBe(false)
    expect(await evaluate(2, 1)).toBe(true)
    expect((await study.trials())[2]).toMatchObject({ state: 'pruned', values: null })
  })

  it.each([
    [[...direction], 1, 'report: it must be 2 numbers, but is 1'],
    [[...direction], [1, 2, 3], 'report: it must be 2 numbers, but is [ 1, 2, 3 ]'],
    ['minimize' as const, [1, 2], 'report: it must be a number, but is [ 1, 2 ]'],
    ['minimize' as const, '3', "report: it must be a number, but is '3'"],
  ])('must fit the directions %j: %j', async (directions, value, message) => {
    await using study = await createStudy({ direction: directions, space: { x: float(0, 1) }, sampler })
    const trial = await study.ask()
    await expect(trial.report(value as number, 0)).rejects.toMatchObject({ code: 'INVALID_VALUE', message })
    expect(trial.reports.steps).toEqual([])
  })
})
