import { describe, expect, it } from 'vitest'
import {
  createStudy,
  type EvaluateOptions,
  endLeftovers,
  evaluateWith,
  float,
  InMemoryStorage,
  loadStudy,
  type MetricValues,
  type RunEvent,
  type Runner,
  randomSampler,
  threshold,
} from '../src/index.ts'
import { FakeClock, InMemoryCluster } from '../src/testing/index.ts'

const space = { x: float(0, 1) }
const metrics = { loss: { direction: 'minimize' } } as const
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}
const report = (step: number, loss: number): RunEvent => ({ kind: 'report', step, metrics: { loss } })
const result = (given: MetricValues | number): RunEvent => ({
  kind: 'result',
  metrics: typeof given === 'number' ? { loss: given } : given,
})
const end: RunEvent = { kind: 'end' }
const failed: RunEvent = { kind: 'end', failure: 'no pods' }

const evaluate = (cluster: InMemoryCluster, options: Partial<EvaluateOptions<{ x: number }>> = {}) =>
  evaluateWith<{ x: number }>({ runner: cluster.runner(), study: 's', metrics, ...options })

describe('trials that a runner evaluates', () => {
  it('report, end, and leave their reference behind', async () => {
    const cluster = new InMemoryCluster()
    await using study = await createStudy({ name: 's', space, sampler: randomSampler() })
    const tuning = study.optimize(evaluate(cluster), { trials: 2, parallel: 2, catch: true })
    await settle()
    expect([...cluster.started.keys()]).toEqual(['0', '1'])
    expect((await study.trials()).map(({ systemAttributes }) => systemAttributes['tune:run'])).toEqual([
      { id: `${study.id}/0` },
      { id: `${study.id}/1` },
    ])
    cluster.say('0', report(0, 3), result(4), end)
    cluster.say('1', failed)
    await settle()
    cluster.say('2', result(5), end)
    expect(await tuning).toBe('trials')
    const trials = await study.trials()
    expect(trials.map(({ state, values }) => [state, values])).toEqual([
      ['complete', [4]],
      ['failed', null],
      ['complete', [5]],
    ])
    expect([...(trials[0]?.intermediateValues ?? [])]).toEqual([[0, 3]])
    expect(trials[1]?.systemAttributes['tune:failure']).toBe('no pods')
    expect(cluster.started.get('0')?.params).toEqual({ x: trials[0]?.params.get('x')?.internal })
  })

  it.each([
    ['last', 2],
    ['best', 1],
    ['mean', 2],
  ] as const)('have the %s of what they reported, where they name no value', async (value, expected) => {
    const cluster = new InMemoryCluster(({ say }) => say(report(0, 3), report(1, 1), report(2, 2), end))
    await using study = await createStudy({ space, sampler: randomSampler() })
    await study.optimize(evaluate(cluster, { metrics: { loss: { ...metrics.loss, value } } }), { trials: 1 })
    expect((await study.bestTrial()).values).toEqual([expected])
  })

  it('report several metrics of a step together, in whatever lines they come', async () => {
    const cluster = new InMemoryCluster(({ say }) =>
      say(
        { kind: 'report', step: 1, metrics: { auc: 0.5 } },
        { kind: 'report', step: 2, metrics: { auc: 0.6, size: 4 } },
        { kind: 'report', step: 1, metrics: { size: 3 } },
        end,
      ),
    )
    const several = { auc: 'maximize', size: 'minimize' } as const
    await using study = await createStudy({ space, sampler: randomSampler(), metrics: several })
    const rules = { auc: { direction: 'maximize' }, size: { direction: 'minimize' } } as const
    await study.optimize(evaluate(cluster, { metrics: rules }), { trials: 1 })
    const [trial] = await study.trials()
    expect(trial).toMatchObject({
      state: 'complete',
      values: [0.6, 4],
      systemAttributes: { 'tune:report:1': [0.5, 3], 'tune:report:2': [0.6, 4] },
    })
    expect(study.metricNames).toEqual(['auc', 'size'])
  })

  it.each<[RunEvent[], string]>([
    [[end], "it gave no value of 'loss'"],
    [[result(Number.NaN), end], "'loss' must be a number, but is NaN"],
    [[result({ auc: 1 }), end], "it gave no value of 'loss'"],
    [[result(3), failed], 'no pods'],
  ])('without a value fail, and say why: %j', async (events, reason) => {
    const cluster = new InMemoryCluster(({ say }) => say(...events))
    await using study = await createStudy({ space, sampler: randomSampler() })
    const run = study.optimize(evaluate(cluster), { trials: 1, catch: true, maxFailed: 1 })
    await expect(run).rejects.toMatchObject({ code: 'TOO_MANY_FAILURES' })
    expect((await study.trials())[0]).toMatchObject({
      state: 'failed',
      systemAttributes: { 'tune:failure': reason },
    })
  })

  it('that are pruned are stopped', async () => {
    const cluster = new InMemoryCluster()
    const pruner = threshold({ upper: 10 })
    await using study = await createStudy({ name: 's', space, sampler: randomSampler(), pruner })
    const tuning = study.optimize(evaluate(cluster), { trials: 1 })
    await settle()
    cluster.say('0', report(0, 11))
    await tuning
    expect(cluster.alive).toEqual([])
    expect((await study.trials())[0]).toMatchObject({ state: 'pruned', values: [11] })
  })

  it('that are pruned are pruned, whether they can be stopped or not', async () => {
    const cluster = new InMemoryCluster(({ say }) => say(report(0, 11)))
    const stop = async () => {
      throw new Error('nobody answers')
    }
    const pruner = threshold({ upper: 10 })
    await using study = await createStudy({ name: 's', space, sampler: randomSampler(), pruner })
    const runner = { ...cluster.runner(), stop }
    await study.optimize(evaluate(cluster, { runner }), { trials: 1 })
    expect(cluster.alive).toEqual(['0'])
    expect((await study.trials())[0]).toMatchObject({ state: 'pruned', values: [11] })
  })

  it('are looked for where a process before may have started them, and only there', async () => {
    const cluster = new InMemoryCluster()
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const shared = { name: 's', space, sampler: randomSampler(), storage, clock, lease: 900 } as const
    const asked: boolean[] = []
    const runner = cluster.runner()
    const start: Runner['start'] = async (request, signal) => {
      asked.push(request.mayExist)
      if (asked.length === 1) await new Promise(() => {})
      return runner.start(request, signal)
    }
    const dead = await createStudy(shared)
    void dead.optimize(evaluate(cluster, { runner: { ...runner, start } }), { trials: 1 }).catch(() => {})
    await settle()
    await dead[Symbol.asyncDispose]()
    await clock.advance(1000)
    await using living = await loadStudy('s', shared)
    const objective = evaluate(cluster, { runner: { ...runner, start } })
    const tuning = living.optimize(objective, { trials: 2, orphans: 'adopt' })
    for (const number of [0, 1]) {
      await settle()
      cluster.say(String(number), result(number), end)
    }
    await tuning
    expect(asked).toEqual([false, true, false])
  })

  it('are stopped when the study is aborted', async () => {
    const cluster = new InMemoryCluster()
    await using study = await createStudy({ name: 's', space, sampler: randomSampler() })
    const abort = new AbortController()
    const tuning = study.optimize(evaluate(cluster), { trials: 3, parallel: 2, signal: abort.signal })
    await settle()
    expect(cluster.alive).toEqual(['0', '1'])
    abort.abort()
    expect(await tuning).toBe('aborted')
    expect(cluster.alive).toEqual([])
    expect((await study.trials()).map(({ state }) => state)).toEqual(['failed', 'failed'])
  })

  it('are stopped when they take too long, and fail', async () => {
    const clock = new FakeClock()
    const cluster = new InMemoryCluster()
    await using study = await createStudy({ space, sampler: randomSampler(), clock })
    const tuning = study.optimize(evaluate(cluster, { timeLimit: '20 min', clock }), {
      trials: 1,
      catch: true,
      maxFailed: 1,
    })
    tuning.catch(() => {})
    await settle()
    await clock.advance(19 * 60_000)
    expect(cluster.alive).toEqual(['0'])
    await clock.advance(60_000)
    await expect(tuning).rejects.toMatchObject({ code: 'TOO_MANY_FAILURES' })
    expect(cluster.alive).toEqual([])
    expect((await study.trials())[0]?.systemAttributes['tune:failure']).toBe('it took longer than 20 min')
  })

  it('each have a slot below the parallelism, which the next one takes', async () => {
    const taken = new Map<number, number>()
    const slots: number[] = []
    const cluster = new InMemoryCluster(({ request: { slot, number }, say }) => {
      slots.push(slot)
      taken.set(slot, (taken.get(slot) ?? 0) + 1)
      expect(taken.get(slot)).toBe(1)
      setImmediate(() => {
        taken.set(slot, 0)
        say(result(number), end)
      })
    })
    await using study = await createStudy({ space, sampler: randomSampler() })
    await study.optimize(evaluate(cluster), { trials: 20, parallel: 4 })
    expect([...new Set(slots)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3])
  })

  it('are not evaluated again where another trial had the same parameters, unless chance is involved', async () => {
    const cluster = new InMemoryCluster(({ request, say }) =>
      say(result({ loss: request.number, ms: 5 }), end),
    )
    const storage = new InMemoryStorage()
    const constraints = { ms: { max: 4 } }
    const run = async (memory?: string) => {
      await using study = await createStudy({ name: 's', storage, space, loadIfExists: true })
      for (let i = 0; i < 2; i++) await study.enqueue({ x: 0.5 })
      const trials = (await study.counts()).complete + 2
      const objective = evaluate(cluster, { constraints, ...(memory !== undefined && { memory }) })
      await study.optimize(objective, { trials })
      return (await study.trials()).map(({ values, systemAttributes }) => [
        values?.[0],
        systemAttributes['constraints:ms'],
      ])
    }
    await run('data v1')
    expect(await run('data v1')).toEqual(Array.from({ length: 4 }, () => [0, 1]))
    expect([...cluster.started.keys()]).toEqual(['0'])
    await run('data v2')
    expect([...cluster.started.keys()]).toEqual(['0', '4'])
    await run()
    expect([...cluster.started.keys()]).toEqual(['0', '4', '6', '7'])
  })
})

describe('a tuner that died', () => {
  const begin = async (cluster: InMemoryCluster, options: Partial<EvaluateOptions<{ x: number }>> = {}) => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const shared = { space, sampler: randomSampler(), storage, clock, lease: 900 } as const
    const dead = await createStudy({ name: 's', ...shared })
    const dying = dead.optimize(evaluate(cluster, options), { trials: 3, parallel: 3 })
    dying.catch(() => {})
    await settle()
    return {
      clock,
      dies: async () => {
        await dead[Symbol.asyncDispose]()
        await expect(dying).rejects.toMatchObject({ code: 'STUDY_CLOSED' })
        await clock.advance(1000)
        return loadStudy('s', shared)
      },
    }
  }

  it('leaves its runs to another one, which repeats none', async () => {
    const cluster = new InMemoryCluster()
    const tuner = await begin(cluster)
    expect(cluster.started.size).toBe(3)
    cluster.say('0', report(0, 7), result(0), end)
    await using living = await tuner.dies()
    const tuning = living.optimize(evaluate(cluster), { trials: 3, parallel: 3, orphans: 'adopt' })
    await settle()
    for (const number of [1, 2]) cluster.say(String(number), result(number), end)
    await tuning
    expect(cluster.started.size).toBe(3)
    expect((await living.trials()).map(({ state, values }) => [state, values])).toEqual([
      ['complete', [0]],
      ['complete', [1]],
      ['complete', [2]],
    ])
  })

  it('before the parameters were chosen leaves a trial that goes on with parameters', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const shared = { name: 's', space, sampler: randomSampler(), storage, clock } as const
    {
      await using dead = await createStudy({ ...shared, lease: 900 })
      await storage.startTrial(dead.id, { leaseMs: 900 })
    }
    await clock.advance(1000)
    const cluster = new InMemoryCluster(({ request, say }) => say(result(Number(request.params['x'])), end))
    await using living = await loadStudy('s', shared)
    await living.optimize(evaluate(cluster), { trials: 1, orphans: 'adopt' })
    const [trial] = await living.trials()
    expect(trial?.values).toEqual([trial?.params.get('x')?.internal])
  })

  it('leaves them their slots', async () => {
    const cluster = new InMemoryCluster()
    const tuner = await begin(cluster)
    await using living = await tuner.dies()
    const tuning = living.optimize(evaluate(cluster), { trials: 4, parallel: 4, orphans: 'adopt' })
    await settle()
    for (const number of [0, 1, 2, 3]) cluster.say(String(number), result(number), end)
    await tuning
    expect([...cluster.started.values()].map(({ slot }) => slot)).toEqual([0, 1, 2, 3])
  })

  it('leaves instances that are over, and those that run', async () => {
    const options = { instances: ['a', 'b', 'c'], atOnce: 2 }
    const cluster = new InMemoryCluster()
    const tuner = await begin(cluster, options)
    cluster.say('0/a', result(1), end)
    await settle()
    expect(cluster.started.size).toBe(7)
    await using living = await tuner.dies()
    const tuning = living.optimize(evaluate(cluster, options), { trials: 3, parallel: 3, orphans: 'adopt' })
    for (let round = 0; round < 3; round++) {
      await settle()
      for (const key of cluster.alive) cluster.say(key, result(2), end)
    }
    await tuning
    expect(cluster.started.size).toBe(9)
    expect((await living.trials()).map(({ values }) => values)).toEqual([[5 / 3], [2], [2]])
  })

  it('only seemingly, and whose trial was given up, ends the runs that nobody goes on with', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const cluster = new InMemoryCluster()
    const shared = { name: 's', space, sampler: randomSampler(), storage, clock, lease: 900 } as const
    await using asleep = await createStudy(shared)
    const tuning = asleep.optimize(evaluate(cluster), { trials: 1 })
    await settle()
    expect(cluster.alive).toEqual(['0'])
    await using other = await loadStudy('s', shared)
    await other.tell(0, { state: 'failed' }, { force: true })
    await clock.advance(1000)
    await settle()
    expect(cluster.alive).toEqual(['1'])
    cluster.say('1', result(1), end)
    await tuning
  })

  it('elsewhere is waited for, and given up in the end', async () => {
    const cluster = new InMemoryCluster()
    const tuner = await begin(cluster, { runner: cluster.runner({ location: 'there' }) })
    await using living = await tuner.dies()
    const here = evaluate(cluster, { runner: cluster.runner({ location: 'here' }) })
    const tuning = living.optimize(here, {
      trials: 3,
      orphans: 'adopt',
      location: 'here',
      abandonAfter: '1 h',
    })
    await settle()
    await tuner.clock.advance(3_500_000)
    await settle()
    expect((await living.counts()).running).toBe(3)
    expect(cluster.started.size).toBe(3)
    for (let i = 0; i < 40 && cluster.started.size < 4; i++) {
      await tuner.clock.advance(10_000)
      await settle()
    }
    for (const number of [3, 4, 5]) {
      await settle()
      cluster.say(String(number), result(number), end)
    }
    await tuning
    expect((await living.counts()).failed).toBe(3)
  })
})

describe('instances', () => {
  const instances = ['mon', 'tue', 'wed', 'thu']
  const losses: Readonly<Record<string, number>> = { mon: 1, tue: 2, wed: 3, thu: 10 }
  const daily = () =>
    new InMemoryCluster(({ request, say }) =>
      say(result({ loss: losses[request.instances?.[0] ?? ''] as number, ms: 5 }), end),
    )

  it.each([
    ['mean', 4],
    ['median', 2.5],
    ['min', 1],
    ['max', 10],
    ['sum', 16],
    [(values: readonly number[]) => values.length, 4],
  ] as const)('are reports, and the value is their %s', async (aggregate, value) => {
    await using study = await createStudy({ space, sampler: randomSampler() })
    const rules = { loss: { direction: 'minimize', aggregate } } as const
    await study.optimize(evaluate(daily(), { instances, metrics: rules }), { trials: 1 })
    const trial = await study.bestTrial()
    expect([...trial.intermediateValues]).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 10],
    ])
    expect(trial.values).toEqual([value])
  })

  it('aggregate what constraints hold as well', async () => {
    const cluster = new InMemoryCluster(({ request, say }) =>
      say(result({ loss: 1, ms: losses[request.instances?.[0] ?? ''] as number }), end),
    )
    await using study = await createStudy({ space, sampler: randomSampler() })
    const constraints = { ms: { max: 9, min: 8, aggregate: 'max' } } as const
    await study.optimize(evaluate(cluster, { instances, constraints }), { trials: 1 })
    expect((await study.trials())[0]?.systemAttributes['constraints:ms']).toBe(1)
  })

  it('run as many at once as is said, in their order', async () => {
    let running = 0
    const most: number[] = []
    const cluster = new InMemoryCluster(({ say }) => {
      running++
      most.push(running)
      setImmediate(() => {
        running--
        say(result(1), end)
      })
    })
    await using study = await createStudy({ space, sampler: randomSampler() })
    await study.optimize(evaluate(cluster, { instances, atOnce: 3 }), { trials: 1 })
    expect([...cluster.started.keys()]).toEqual(['0/mon', '0/tue', '0/wed', '0/thu'])
    expect(Math.max(...most)).toBe(3)
  })

  it('that have not begun are saved where the pruner ends the trial, whose value is what there is', async () => {
    const pruner = threshold({ upper: 2.5 })
    const cluster = daily()
    await using study = await createStudy({ space, sampler: randomSampler(), pruner })
    await study.optimize(evaluate(cluster, { instances }), { trials: 1 })
    expect([...cluster.started.keys()]).toEqual(['0/mon', '0/tue', '0/wed'])
    expect((await study.trials())[0]).toMatchObject({ state: 'pruned', values: [2] })
  })

  it('that fail are tried again, alone; when that does not help the trial has no value', async () => {
    let failures = 0
    const cluster = new InMemoryCluster(({ request: { instances: [name] = [] }, say }) =>
      name === 'tue' && failures++ < 2 ? say(failed) : say(result(1), end),
    )
    await using study = await createStudy({ space, sampler: randomSampler() })
    const objective = evaluate(cluster, { instances, retries: 1 })
    await study.optimize(objective, { trials: 1, catch: true })
    expect([...cluster.started.keys()]).toEqual([
      '0/mon',
      '0/tue',
      '0/tue/1',
      '1/mon',
      '1/tue',
      '1/wed',
      '1/thu',
    ])
    expect((await study.trials())[0]).toMatchObject({
      state: 'failed',
      values: null,
      systemAttributes: { 'tune:failure': 'tue: no pods' },
    })
  })

  it('are evaluated in one run where the runner takes all, those that are missing in another one', async () => {
    const cluster = new InMemoryCluster(({ request, say }) => {
      for (const instance of request.instances ?? [])
        if (instance !== 'wed' || request.attempt > 0)
          say({ kind: 'result', instance, metrics: { loss: losses[instance] as number } })
      say(request.attempt === 0 ? failed : end)
    })
    await using study = await createStudy({ space, sampler: randomSampler() })
    const runner = cluster.runner({ takesAllInstances: true })
    await study.optimize(evaluate(cluster, { runner, instances, retries: 1 }), { trials: 1 })
    expect([...cluster.started].map(([key, { instances: asked }]) => [key, asked])).toEqual([
      ['0/mon+tue+wed+thu', instances],
      ['0/wed/1', ['wed']],
    ])
    expect((await study.bestTrial()).values).toEqual([4])
  })

  it('are evaluated a few in each run where the runner takes several; the pruner saves the others', async () => {
    const cluster = new InMemoryCluster(({ request, say }) => {
      for (const instance of request.instances ?? [])
        say({ kind: 'result', instance, metrics: { loss: losses[instance] as number } })
      say(end)
    })
    const runner = cluster.runner({ takesAllInstances: true })
    const pruner = threshold({ upper: 2.5 })
    await using study = await createStudy({ space, sampler: randomSampler(), pruner })
    const options = { instances: ['mon', 'tue', 'wed', 'thu', 'mon2'], atOnce: 2 }
    await study.optimize(evaluate(cluster, { runner, ...options }), { trials: 1 })
    expect([...cluster.started.keys()]).toEqual(['0/mon+tue', '0/wed+thu'])
    expect((await study.trials())[0]?.state).toBe('pruned')
  })

  it('come from memory where they were evaluated before, also those of trials that failed', async () => {
    let broken = true
    const cluster = new InMemoryCluster(({ request: { instances: [name = ''] = [] }, say }) =>
      name === 'wed' && broken ? say(failed) : say(result(losses[name] as number), end),
    )
    await using study = await createStudy({ space, sampler: randomSampler(), retry: { failed: 3 } })
    const objective = evaluate(cluster, { instances, memory: 'v1' })
    const callbacks = [() => void (broken = false)]
    await study.optimize(objective, { trials: 1, catch: true, callbacks })
    expect([...cluster.started.keys()]).toEqual(['0/mon', '0/tue', '0/wed', '1/wed', '1/thu'])
    expect((await study.bestTrial()).values).toEqual([4])
    expect([...(await study.bestTrial()).intermediateValues].length).toBe(4)
  })
})

describe('runs whose trials are over', () => {
  it('are told from others by the numbers of the trials that run', async () => {
    const cluster = new InMemoryCluster()
    await using study = await createStudy({ name: 's', space, sampler: randomSampler() })
    const tuning = study.optimize(evaluate(cluster), { trials: 3, parallel: 2 })
    await settle()
    cluster.say('0', result(1), end)
    await settle()
    const asked: unknown[] = []
    const runner: Runner = {
      ...cluster.runner(),
      endLeftovers: async (id, running) => void asked.push(id, await running()),
    }
    await endLeftovers(study, runner)
    expect(asked).toEqual([study.id, new Set([1, 2])])
    for (const key of ['1', '2']) cluster.say(key, result(1), end)
    await tuning
    await endLeftovers(study, cluster.runner())
  })
})

describe('rules about the study as a whole', () => {
  it('end it when the goal is reached', async () => {
    const cluster = new InMemoryCluster(({ request, say }) => say(result(5 - request.number), end))
    await using study = await createStudy({ space, sampler: randomSampler() })
    expect(await study.optimize(evaluate(cluster), { trials: 9, goal: 3 })).toBe('goal')
    expect((await study.counts()).complete).toBe(3)
    expect(await study.optimize(evaluate(cluster), { trials: 9, goal: 3 })).toBe('goal')
    expect((await study.counts()).complete).toBe(3)
  })

  it('end it when too many trials failed, in all', async () => {
    const cluster = new InMemoryCluster(({ request, say }) =>
      request.number % 2 === 0 ? say(failed) : say(result(1), end),
    )
    await using study = await createStudy({ space, sampler: randomSampler() })
    const run = () => study.optimize(evaluate(cluster), { trials: 50, catch: true, maxFailed: 3 })
    const refused = {
      code: 'TOO_MANY_FAILURES',
      details: { failed: 3 },
      message: '3 trials failed, and no more than 2 may; the last: no pods',
    }
    await expect(run()).rejects.toMatchObject(refused)
    // Also where this run has seen none of them.
    await expect(run()).rejects.toMatchObject(refused)
    expect(await study.counts()).toMatchObject({ failed: 3, complete: 2 })
  })
})
