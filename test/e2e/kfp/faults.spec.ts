import { setTimeout as delay } from 'node:timers/promises'
import {
  type Clock,
  createStudy,
  endLeftovers,
  evaluateWith,
  float,
  InMemoryStorage,
  loadStudy,
  noPruner,
  type OptimizeOptions,
  paramValues,
  type Runner,
  type Study,
  type StudyOptions,
  systemClock,
  threshold,
} from '@tune/core'
import type { Run } from '@tune/kfp/api'
import { describe, expect, it } from 'vitest'
import { type Cluster, cluster, eventually, FOLDS, valueOf } from './cluster.ts'

const space = { x: float(0, 1) }
type Params = { readonly x: number }

const evaluate = (runner: Runner) =>
  evaluateWith<Params>({
    runner,
    study: 's',
    metrics: { score: { direction: 'maximize' } },
    instances: FOLDS,
    retries: 1,
  })

const study = (options: Partial<Pick<StudyOptions, 'pruner' | 'storage'>> = {}) =>
  createStudy({ name: 's', direction: 'maximize', space, seed: 1, pruner: noPruner(), ...options })

/** Runs trials, whatever becomes of them. */
const run = (s: Study<Params>, runner: Runner, options: OptimizeOptions<Params> = {}) =>
  s.optimize(evaluate(runner), { trials: 3, parallel: 3, catch: true, ...options })

/** Every complete trial has the value of all its folds, and no run goes on. */
async function expectRight(here: Cluster, s: Study<Params>): Promise<void> {
  const complete = (await s.trials()).filter(({ state }) => state === 'complete')
  expect(complete.map(({ values }) => values)).toEqual(
    complete.map((trial) => [valueOf(paramValues(trial)['x'] as number)]),
  )
  await eventually(async () =>
    expect((await here.states()).filter((state) => state !== 'SUCCEEDED' && state !== 'FAILED')).toEqual([]),
  )
}

const statesOf = async (s: Study<Params>) => (await s.trials()).map(({ state }) => state)

const hasPendingTask = ({ run_details }: Run) =>
  run_details?.task_details?.some(({ state }) => state === 'PENDING') ?? false

describe.concurrent.each(['metadata', 'native'] as const)('with outputs from %s, trials', (outputs) => {
  const options = { outputs, version: outputs === 'native' ? '2.19.0' : '2.17.0' }

  it.each([
    ['POST', '/runs'],
    ['POST', ':terminate'],
    ['GET', '/runs'],
  ])('are right where the answers to %s %s are lost', async (method, path) => {
    await using here = await cluster(options)
    here.server.misbehave({ loseNext: { method, path, times: 3 } })
    await using runner = await here.runner()
    await using s = await study({ pruner: threshold({ lower: 90 }) })
    await s.enqueue({ x: 0 })
    await run(s, runner)
    expect((await statesOf(s)).filter((state) => state === 'failed')).toEqual([])
    await expectRight(here, s)
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe((await s.trials()).length)
  })

  it('are right where a fifth of all answers is a 503', async () => {
    await using here = await cluster(options)
    here.server.misbehave({ unavailable: 0.2 })
    await using runner = await here.runner()
    await using s = await study()
    await run(s, runner)
    here.server.misbehave({})
    expect(await statesOf(s)).toEqual(['complete', 'complete', 'complete'])
    await expectRight(here, s)
  })

  it('wait for outputs that cannot be read when their run ends', async () => {
    await using here = await cluster(options)
    await using runner = await here.runner()
    await using s = await study()
    here.server.misbehave({ outputsAway: true })
    const running = run(s, runner)
    await eventually(async () => expect(await here.states()).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']))
    await delay(500)
    expect(await statesOf(s)).toEqual(['running', 'running', 'running'])
    here.server.misbehave({})
    await running
    expect(await statesOf(s)).toEqual(['complete', 'complete', 'complete'])
    expect(here.trained).toHaveLength(3 * FOLDS.length)
    await expectRight(here, s)
  })

  it('fail where outputs stay away for longer than the patience', async () => {
    await using here = await cluster(options)
    await using runner = await here.runner({ patienceMs: 300 })
    await using s = await study()
    here.server.misbehave({ outputsAway: true })
    await expect(run(s, runner, { trials: 1, maxConsecutiveFailures: 1 })).rejects.toThrow(
      /the outputs of the run 's-0-.*' cannot be read/,
    )
    await expectRight(here, s)
  })

  it('of which a fold fails for good fail, and leave nothing that runs', async () => {
    await using here = await cluster(options)
    here.server.misbehave({ tasks: [{ task: 'train', inputs: { fold: '3' }, how: 'fail' }] })
    await using runner = await here.runner()
    await using s = await study()
    await expect(run(s, runner, { maxConsecutiveFailures: 1 })).rejects.toThrow(
      /3: the run .* failed \(train: /,
    )
    expect((await statesOf(s)).filter((state) => state === 'complete')).toEqual([])
    await expectRight(here, s)
  })

  it('terminated by hand fail, and are not started again', async () => {
    await using here = await cluster({ ...options, hangs: (_, fold) => fold === 3 })
    await using runner = await here.runner()
    await using s = await study()
    const running = run(s, runner, { trials: 1, maxConsecutiveFailures: 1 })
    await eventually(async () => expect(await here.states()).toEqual(['RUNNING']))
    const [only] = await here.runs()
    await here.client.runs.terminate(only?.run_id ?? '')
    await expect(running).rejects.toThrow('was terminated')
    expect(await here.runs()).toHaveLength(1)
    await expectRight(here, s)
  })
})

describe.concurrent('runs of the same name', () => {
  it('are not taken over by a study of that name in another storage, nor by one made anew', async () => {
    await using here = await cluster()
    await using runner = await here.runner()
    for (const _ of ['another storage', 'made anew']) {
      await using s = await study({ storage: new InMemoryStorage() })
      await run(s, runner, { trials: 1 })
    }
    const names = (await here.runs()).map(({ display_name }) => display_name)
    expect(new Set(names).size).toBe(2)
    expect(names.every((name) => name.startsWith('s-0-'))).toBe(true)
  })

  it('are other ones where what is run is another thing', async () => {
    await using here = await cluster()
    const asked = {
      study: 's',
      studyId: 'a',
      number: 0,
      params: { x: 0.5 },
      attempt: 0,
      slot: 0,
      mayExist: true,
    }
    const signal = new AbortController().signal
    await using runner = await here.runner()
    const one = await runner.start(asked, signal)
    expect(await runner.start(asked, signal)).toEqual(one)
    expect(await runner.start({ ...asked, instances: ['1'] }, signal)).not.toEqual(one)
    expect(await runner.start({ ...asked, params: { x: 0.6 } }, signal)).not.toEqual(one)
    expect(await here.runs()).toHaveLength(3)
  })
})

describe.concurrent('a run that cannot be ended', () => {
  const pruned = { pruner: threshold({ lower: 90 }) }
  const hanging = { hangs: (x: number, fold: number) => x === 0 && fold === 7 }
  /** As a runner whose server does not hear of it when runs are to end. */
  const deaf = (runner: Runner, here: Cluster): Runner => ({
    ...runner,
    stop: async (reference) => {
      here.server.misbehave({ unavailable: 1 })
      await runner.stop(reference)
      here.server.misbehave({})
    },
  })

  it('when its trial is pruned is ended at the next look; its trial is pruned', async () => {
    await using here = await cluster(hanging)
    await using runner = await here.runner()
    await using s = await study(pruned)
    await s.enqueue({ x: 0 })
    await s.enqueue({ x: 0.7 })
    await run(s, deaf(runner, here), { trials: 2, parallel: 1 })
    expect(await statesOf(s)).toEqual(['pruned', 'complete'])
    await expectRight(here, s)
    expect(await here.states()).toEqual(['FAILED', 'SUCCEEDED'])
  })

  it('is ended when its runner closes', async () => {
    await using here = await cluster(hanging)
    await using s = await study(pruned)
    await s.enqueue({ x: 0 })
    const runner = await here.runner()
    await run(s, deaf(runner, here), { trials: 1 })
    expect(await here.states()).toEqual(['RUNNING'])
    await runner[Symbol.asyncDispose]()
    await expectRight(here, s)
  })

  it('is ended by the next process', async () => {
    await using here = await cluster(hanging)
    const storage = new InMemoryStorage()
    {
      await using s = await study({ ...pruned, storage })
      await s.enqueue({ x: 0 })
      // The process dies before it can tell the server.
      await run(s, { ...(await here.runner()), stop: async () => {} }, { trials: 1 })
      expect(await statesOf(s)).toEqual(['pruned'])
    }
    expect(await here.states()).toEqual(['RUNNING'])
    await using runner = await here.runner()
    await using s = await loadStudy('s', { storage, space })
    await endLeftovers(s, runner)
    await expectRight(here, s)
  })

  it('is left alone where its trial runs, or is of another study', async () => {
    await using here = await cluster({ hangs: () => true })
    await using one = await here.runner()
    await using s = await study()
    const abort = new AbortController()
    const running = run(s, one, { trials: 1, signal: abort.signal })
    await eventually(async () => expect(await here.states()).toEqual(['RUNNING']))
    await using two = await here.runner()
    await endLeftovers(s, two)
    await using other = await study()
    await endLeftovers(other, two)
    expect(await here.states()).toEqual(['RUNNING'])
    abort.abort()
    await running
    await expectRight(here, s)
  })
})

describe.concurrent('a server', () => {
  it('that cannot compile the pipeline is asked once', async () => {
    await using here = await cluster()
    const broken = { schemaVersion: '9' } as never
    await using runner = await here.runner({ run: () => ({ pipeline_spec: broken }) })
    await using s = await study()
    await expect(run(s, runner, { trials: 1, catch: false })).rejects.toMatchObject({ code: 'KFP_REFUSED' })
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe(1)
  })

  it('that has no image ends the run', async () => {
    await using here = await cluster({ images: { other: ['true'] } })
    await using runner = await here.runner()
    await using s = await study()
    await expect(run(s, runner, { trials: 1, catch: false })).rejects.toMatchObject({
      code: 'KFP_IMAGE',
      message: expect.stringContaining("nothing for the image 'train:1'"),
    })
  })

  it('that is full is waited for, however long', async () => {
    const room = Promise.withResolvers<void>()
    await using here = await cluster({ parallelism: 1, held: room.promise })
    let now = 0
    const clock: Clock = {
      now: () => now,
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
      every: (ms, task) => systemClock.every(ms, task),
    }
    await using runner = await here.runner({ stuckAfterMs: 1000, clock })
    await using s = await study()
    const running = run(s, runner)
    await eventually(async () => expect((await here.runs()).filter(hasPendingTask)).toHaveLength(3))
    const looks = () => here.requests.get('GET /apis/v2beta1/runs') ?? 0
    for (let hour = 1; hour <= 3; hour++) {
      const before = looks()
      now += 3_600_000
      await eventually(async () => expect(looks()).toBeGreaterThan(before + 2))
    }
    room.resolve()
    await running
    expect(await statesOf(s)).toEqual(['complete', 'complete', 'complete'])
    await expectRight(here, s)
  })

  it('that does not know the caller for a while, since a token has expired, is waited for', async () => {
    await using here = await cluster({ foldMs: 30 })
    const token = { now: 'old' }
    here.server.misbehave({ tokens: ['old'] })
    await using runner = await here.runner({}, token)
    await using s = await study()
    const running = run(s, runner)
    await eventually(async () => expect(here.trained.length).toBeGreaterThan(0))
    here.server.misbehave({ tokens: ['new'] })
    await delay(300)
    token.now = 'new'
    await running
    expect(await statesOf(s)).toEqual(['complete', 'complete', 'complete'])
    here.server.misbehave({})
    await expectRight(here, s)
  })

  it('is asked by many at once what it is only once, and nothing of runs that are new', async () => {
    await using here = await cluster()
    await using runner = await here.runner({ intervalMs: 3_600_000 })
    const signal = new AbortController().signal
    const request = { study: 's', studyId: 'a', attempt: 0, slot: 0, mayExist: false }
    const before = here.requests.get('GET /apis/v2beta1/runs')
    await Promise.all(
      Array.from({ length: 50 }, (_, number) =>
        runner.start({ ...request, number, params: { x: number / 50 } }, signal),
      ),
    )
    expect(here.requests.get('GET /apis/v2beta1/healthz')).toBe(1)
    expect(here.requests.get('GET /apis/v2beta1/runs')).toBe(before)
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe(50)
  })

  it.each([
    ['metadata', '2.17.0'],
    ['native', '2.19.0'],
  ] as const)(
    'with outputs from %s is asked little, however many runs there are',
    async (outputs, version) => {
      await using here = await cluster({ outputs, version, hangs: () => true })
      await using runner = await here.runner({ intervalMs: 20 })
      await using s = await study()
      const abort = new AbortController()
      const running = run(s, runner, { trials: 40, parallel: 40, signal: abort.signal })
      await eventually(async () => expect((await here.states()).length).toBe(40))
      const count = () => [
        here.requests.get('GET /apis/v2beta1/runs') ?? 0,
        here.requests.get('GET /apis/v2beta1/runs/{id}') ?? 0,
      ]
      const [lists = 0, gets = 0] = count()
      await eventually(async () => expect((count()[0] ?? 0) - lists).toBeGreaterThan(10))
      const [listsNow = 0, getsNow = 0] = count()
      // One list request an interval, and at most two looks at single runs.
      expect(getsNow - gets).toBeLessThanOrEqual(2 * (listsNow - lists + 1))
      abort.abort()
      await running
      await expectRight(here, s)
    },
  )
})

describe.concurrent('runs that ended', () => {
  it.each([
    ['archive', ['ARCHIVED', 'ARCHIVED', 'ARCHIVED']],
    ['delete', []],
  ] as const)('are put aside after the time that was said: %s', async (action, left) => {
    await using here = await cluster()
    const storage = new InMemoryStorage()
    await using s = await study({ storage })
    await using other = await study()
    {
      await using runner = await here.runner()
      await run(s, runner)
      await run(other, runner, { trials: 1 })
    }
    const stateOf = async () =>
      (await here.runs()).map(({ storage_state, display_name }) => [display_name, storage_state])
    const before = await stateOf()
    await using patient = await here.runner({ finished: { action, afterMs: 3_600_000 } })
    await endLeftovers(s, patient)
    expect(await stateOf()).toEqual(before)
    await using runner = await here.runner({ finished: { action, afterMs: 0 } })
    await endLeftovers(s, runner)
    const [theirs, ...more] = (await stateOf()).filter(([, state]) => state === 'AVAILABLE')
    expect([theirs?.[0], more]).toEqual([before.at(-1)?.[0], []])
    expect((await stateOf()).map(([, state]) => state).filter((state) => state !== 'AVAILABLE')).toEqual(left)
  })

  it('can be looked at by people, where the runner knows how', async () => {
    await using here = await cluster()
    await using runner = await here.runner({ linkTo: (id) => `https://kubeflow.test/#/runs/details/${id}` })
    await using s = await study()
    await run(s, runner, { trials: 1 })
    const [trial] = await s.trials()
    const [only] = await here.runs()
    expect(trial?.systemAttributes['tune:run']).toMatchObject({
      url: `https://kubeflow.test/#/runs/details/${only?.run_id}`,
    })
  })
})
