import { setTimeout as delay } from 'node:timers/promises'
import {
  createStudy,
  evaluateWith,
  type FrozenTrial,
  float,
  InMemoryStorage,
  loadStudy,
  noPruner,
  paramValues,
  type Runner,
  wilcoxon,
} from '@tune/core'
import { describe, expect, it } from 'vitest'
import { cluster, eventually, FOLDS, valueOf } from './cluster.ts'

const space = { x: float(0, 1) }
const evaluate = (runner: Runner) =>
  evaluateWith<{ x: number }>({
    runner,
    study: 's',
    metrics: { score: { direction: 'maximize' } },
    instances: FOLDS,
    retries: 1,
    memory: 'folds',
  })
/** One trial, whatever becomes of it. */
const once = { trials: 1, maxConsecutiveFailures: 1 }
const study = (storage = new InMemoryStorage()) =>
  createStudy({
    name: 's',
    direction: 'maximize',
    space,
    storage,
    seed: 1,
    loadIfExists: true,
    pruner: noPruner(),
  })

describe.concurrent('trials that are runs', () => {
  it('have the value of their folds, and each fold as a report', async () => {
    await using here = await cluster()
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 10, parallel: 5 })
    const trials = await s.trials()
    expect(trials).toHaveLength(10)
    for (const trial of trials) {
      const { values, state, intermediateValues } = trial
      const x = paramValues(trial)['x'] as number
      expect(state).toBe('complete')
      expect(values).toEqual([valueOf(x)])
      expect(intermediateValues.size).toBe(7)
    }
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe(10)
  })

  it('are no worse for a server that fails a fifth of all requests, and loses answers', async () => {
    await using here = await cluster()
    here.server.misbehave({ unavailable: 0.2, lostAnswers: 0.1 })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 10, parallel: 5 })
    here.server.misbehave({})
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(10).fill('complete'))
    expect(await here.runs()).toHaveLength(10)
  })

  it('are one run where the answer to its creation was lost', async () => {
    await using here = await cluster()
    here.server.misbehave({ loseNext: { method: 'POST', path: '/runs', times: 3 } })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 3, parallel: 3 })
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(3).fill('complete'))
    expect(await here.runs()).toHaveLength(3)
  })

  it('are found again by another tuner', async () => {
    await using here = await cluster({ foldMs: 40 })
    const storage = new InMemoryStorage()
    const lost = new AbortController()
    await using first = await here.runner()
    {
      await using s = await study(storage)
      const objective = evaluate({ ...first, stop: async () => {} })
      const run = s.optimize(objective, { trials: 5, parallel: 5, signal: lost.signal })
      while ((await here.runs()).length < 5) await delay(10)
      await delay(60)
      // As if it had died: nothing is stopped.
      lost.abort()
      await run.catch(() => {})
    }
    const begun = await here.runs()
    expect(begun).toHaveLength(5)
    await using second = await here.runner()
    const events = []
    const [run] = begun
    const reference = { run: run?.run_id ?? '', name: run?.display_name ?? '', instances: FOLDS }
    for await (const event of second.watch(reference, new AbortController().signal)) events.push(event)
    expect(events.slice(0, 7).map((event) => event.kind)).toEqual(FOLDS.map(() => 'result'))
    expect(events.at(-1)).toMatchObject({ kind: 'end' })
    expect(events).toHaveLength(8)
    expect(new Set(here.trained).size).toBe(here.trained.length)
  })

  it('whose fold fails are run again: that fold alone', async () => {
    await using here = await cluster()
    here.server.misbehave({ tasks: [{ task: 'train', inputs: { fold: '3' }, how: 'fail', times: 1 }] })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 1 })
    const [trial] = await s.trials()
    expect(trial?.state).toBe('complete')
    expect(trial?.values).toEqual([valueOf(paramValues(trial as FrozenTrial)['x'] as number)])
    expect(here.trained).toHaveLength(7)
    expect(await here.states()).toEqual(['FAILED', 'SUCCEEDED'])
  })

  it('of which a fold fails for good have no value', async () => {
    await using here = await cluster()
    here.server.misbehave({ tasks: [{ task: 'train', inputs: { fold: '3' }, how: 'fail' }] })
    await using runner = await here.runner()
    await using s = await study()
    await expect(s.optimize(evaluate(runner), once)).rejects.toThrow('1 trials in a row failed')
    const [trial] = await s.trials()
    expect(trial).toMatchObject({ state: 'failed', values: null })
    expect(JSON.stringify(trial?.systemAttributes)).toMatch(/3: the run '.*' failed \(train: /)
  })

  it('are ended on the server where the pruner ends them', async () => {
    await using here = await cluster({ foldMs: 30, hangs: (x, fold) => x === 0.1 && fold === 7 })
    await using runner = await here.runner({ intervalMs: 20 })
    const storage = new InMemoryStorage()
    const options = {
      name: 's',
      direction: 'maximize',
      space,
      storage,
      pruner: wilcoxon({ pThreshold: 0.2 }),
    } as const
    await using s = await createStudy(options)
    await s.enqueue({ x: 0.7 })
    await s.enqueue({ x: 0.1 })
    await s.optimize(evaluate(runner), { trials: 2 })
    const [good, bad] = await s.trials()
    expect([good?.state, bad?.state]).toEqual(['complete', 'pruned'])
    expect(bad?.intermediateValues.size).toBeLessThan(7)
    await eventually(async () => expect(await here.states()).toEqual(['SUCCEEDED', 'FAILED']))
    expect(here.trained.filter((each) => each.startsWith('0.1/')).length).toBeLessThan(7)
  })

  it('terminated by hand fail, and say so', async () => {
    await using here = await cluster({ hangs: (_, fold) => fold === 3 })
    await using runner = await here.runner()
    await using s = await study()
    const run = s.optimize(evaluate(runner), once)
    while ((await here.runs()).length === 0) await delay(10)
    const [only] = await here.runs()
    await here.client.runs.terminate(only?.run_id ?? '')
    await expect(run).rejects.toThrow('was terminated')
    const [trial] = await s.trials()
    expect(trial?.state).toBe('failed')
    expect(JSON.stringify(trial?.systemAttributes)).toContain('was terminated')
    expect(await here.runs()).toHaveLength(1)
  })

  it('that get stuck are ended', async () => {
    await using here = await cluster()
    here.server.misbehave({ tasks: [{ task: 'train', inputs: { fold: '7' }, how: 'hang' }] })
    await using runner = await here.runner({ stuckAfterMs: 400 })
    await using s = await study()
    await expect(s.optimize(evaluate(runner), once)).rejects.toThrow('1 trials in a row failed')
    const [trial] = await s.trials()
    expect(JSON.stringify(trial?.systemAttributes)).toContain('was stuck')
    await eventually(async () => expect(await here.states()).toEqual(['FAILED']))
  })

  it('go on through a restart of the server, and while it is away', async () => {
    await using here = await cluster({ foldMs: 60 })
    await using runner = await here.runner()
    await using s = await study()
    const run = s.optimize(evaluate(runner), { trials: 5, parallel: 5 })
    while ((await here.runs()).length < 5) await delay(10)
    await here.restart()
    await here.server.goAway(200)
    await run
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(5).fill('complete'))
    expect(await here.runs()).toHaveLength(5)
  })

  it('take folds from memory that were evaluated before', async () => {
    await using here = await cluster()
    await using runner = await here.runner()
    await using s = await study()
    for (let twice = 0; twice < 2; twice++) await s.enqueue({ x: 0.25 })
    await s.optimize(evaluate(runner), { trials: 2 })
    expect((await s.trials()).map(({ values }) => values)).toEqual([[valueOf(0.25)], [valueOf(0.25)]])
    expect(here.trained).toHaveLength(7)
    expect(await here.runs()).toHaveLength(1)
  })

  it('of a study that is adopted are not run twice', async () => {
    await using here = await cluster({ foldMs: 50 })
    const storage = new InMemoryStorage()
    await using runner = await here.runner()
    {
      // A tuner that died after it had begun five runs, and whose leases are over.
      await using s = await createStudy({ name: 's', direction: 'maximize', space, storage, lease: 0.2 })
      for (let index = 0; index < 5; index++) {
        const trial = await s.ask()
        const params = trial.params as { x: number }
        const reference = await runner.start(
          {
            study: 's',
            studyId: s.id,
            number: trial.number,
            params,
            instances: FOLDS,
            attempt: 0,
            slot: 0,
            mayExist: false,
          },
          new AbortController().signal,
        )
        trial.setSystemAttributes({ 'tune:run': reference })
        await trial.saved()
      }
    }
    await using s = await loadStudy('s', { storage, space, pruner: noPruner() })
    await s.optimize(evaluate(runner), { trials: 8, parallel: 5, orphans: 'adopt' })
    const states = (await s.trials()).map(({ state }) => state)
    expect(states).toEqual(Array(states.length).fill('complete'))
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe(states.length)
  })
})
