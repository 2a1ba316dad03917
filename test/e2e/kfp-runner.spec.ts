import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import {
  KfpClient,
  type KfpRunnerOptions,
  kfpRunner,
  metadataStore,
  type SimulationPipelineOptions,
  urlConnection,
} from '@tune/kfp'
import {
  type LocalCommand,
  type LocalPipelines,
  type LocalPipelinesOptions,
  startLocalPipelines,
} from '@tune/kfp-local'
import { describe, expect, it } from 'vitest'

/** In milliseconds. */
const HOUR = 3_600_000
const DAYS = ['28', '29', '30', '31', '32', '33', '34']
const simulation: SimulationPipelineOptions = {
  name: 'week',
  days: DAYS,
  simulate: {
    container: ({ day, params, profitFile }) => ({ image: 'sim:1', args: ['day', day, params, profitFile] }),
  },
  collect: {
    container: ({ profits, profitFile }) => ({ image: 'sim:1', args: ['sum', profits, profitFile] }),
  },
}

/** What a day brings: best at x = 0.7, and better on later days. */
const profitOf = (x: number, day: string) => 100 - 90 * (x - 0.7) * (x - 0.7) + Number(day) / 10
const weekOf = (x: number) => DAYS.reduce((sum, day) => sum + profitOf(x, day), 0) / DAYS.length

interface Place extends AsyncDisposable {
  server: LocalPipelines
  readonly client: KfpClient
  /** The days that were simulated, as `x/day`. */
  readonly simulated: string[]
  /** Requests by method and kind. */
  readonly requests: Map<string, number>
  runner(options?: Partial<KfpRunnerOptions>): Promise<Runner>
  restart(): Promise<void>
}

/**
 * A cluster of this machine.
 *
 * @param dayMs how much longer each day takes than the one before, in milliseconds.
 * @param hangs which days go on until their run is ended.
 */
async function place(
  options: Partial<LocalPipelinesOptions> = {},
  dayMs = 0,
  hangs: (x: number, day: number) => boolean = () => false,
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
  const simulated: string[] = []
  const requests = new Map<string, number>()
  const sim = async ({ argv, signal }: LocalCommand) => {
    const [what, day = '', params = '{}'] = argv
    const file = argv.at(-1) as string
    if (what === 'sum') return writeFile(file, '0')
    const { x } = JSON.parse(params) as { x: number }
    if (hangs(x, Number(day))) await delay(HOUR, undefined, { signal })
    if (dayMs > 0) await delay(dayMs * (Number(day) - 27), undefined, { signal })
    simulated.push(`${x}/${day}`)
    return writeFile(file, JSON.stringify(profitOf(x, day)))
  }
  const onRequest = (method: string, path: string) => {
    const kind = `${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`
    requests.set(kind, (requests.get(kind) ?? 0) + 1)
  }
  const start = (port = 0) =>
    startLocalPipelines({ images: { 'sim:1': sim }, folder, parallelism: 1000, port, onRequest, ...options })
  const here = { server: await start() }
  const connection = urlConnection(here.server.url)
  const http = { pauseMs: 20 }
  const client = new KfpClient(connection, http)
  const experiment = await client.experiments.create({ display_name: 'tuning' })
  return {
    get server() {
      return here.server
    },
    client,
    simulated,
    requests,
    runner: async (more) =>
      kfpRunner({
        client,
        experimentId: experiment.experiment_id,
        simulation,
        days: metadataStore(connection, http),
        intervalMs: 50,
        ...more,
      }),
    restart: async () => {
      const port = Number(new URL(here.server.url).port)
      await here.server[Symbol.asyncDispose]()
      here.server = await start(port)
    },
    [Symbol.asyncDispose]: async () => {
      await here.server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const space = { x: float(0, 1) }
const evaluate = (runner: Runner) =>
  evaluateWith<{ x: number }>({
    runner,
    study: 's',
    metrics: { profit: { direction: 'maximize' } },
    instances: DAYS,
    retries: 1,
    memory: 'week',
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

async function runsOf({ client }: Place) {
  const runs = []
  for await (const run of client.runs.list()) runs.push(run)
  return runs
}

describe('trials that are runs', () => {
  it('have the value of their week, and each day as a report', async () => {
    await using here = await place()
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 10, parallel: 5 })
    const trials = await s.trials()
    expect(trials).toHaveLength(10)
    for (const trial of trials) {
      const { values, state, intermediateValues } = trial
      const x = paramValues(trial)['x'] as number
      expect(state).toBe('complete')
      expect(values).toEqual([weekOf(x)])
      expect(intermediateValues.size).toBe(7)
    }
    expect(here.requests.get('POST /apis/v2beta1/runs')).toBe(10)
  })

  it('are no worse for a server that fails a fifth of all requests, and loses answers', async () => {
    await using here = await place()
    here.server.misbehave({ unavailable: 0.2, lostAnswers: 0.1 })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 10, parallel: 5 })
    here.server.misbehave({})
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(10).fill('complete'))
    expect(await runsOf(here)).toHaveLength(10)
  })

  it('are one run where the answer to its creation was lost', async () => {
    await using here = await place()
    here.server.misbehave({ loseNext: { method: 'POST', path: '/runs', times: 3 } })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 3, parallel: 3 })
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(3).fill('complete'))
    expect(await runsOf(here)).toHaveLength(3)
  })

  it('are found again by another tuner', async () => {
    await using here = await place({}, 40)
    const storage = new InMemoryStorage()
    const lost = new AbortController()
    await using first = await here.runner()
    {
      await using s = await study(storage)
      const objective = evaluate({ ...first, stop: async () => {} })
      const run = s.optimize(objective, { trials: 5, parallel: 5, signal: lost.signal })
      while ((await runsOf(here)).length < 5) await delay(10)
      await delay(60)
      // As if it had died: nothing is stopped.
      lost.abort()
      await run.catch(() => {})
    }
    const begun = await runsOf(here)
    expect(begun).toHaveLength(5)
    await using second = await here.runner()
    const events = []
    const [run] = begun
    const reference = { run: run?.run_id ?? '', name: run?.display_name ?? '' }
    for await (const event of second.watch(reference, new AbortController().signal)) events.push(event)
    expect(events.slice(0, 7).map((event) => event.kind)).toEqual(DAYS.map(() => 'result'))
    expect(events.at(-1)).toMatchObject({ kind: 'end' })
    expect(events).toHaveLength(8)
    expect(new Set(here.simulated).size).toBe(here.simulated.length)
  })

  it('whose day fails is simulated again: that day alone', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'simulate-day', inputs: { day: '30' }, how: 'fail', times: 1 }] })
    await using runner = await here.runner()
    await using s = await study()
    await s.optimize(evaluate(runner), { trials: 1 })
    const [trial] = await s.trials()
    expect(trial?.state).toBe('complete')
    expect(trial?.values).toEqual([weekOf(paramValues(trial as FrozenTrial)['x'] as number)])
    expect(here.simulated).toHaveLength(7)
    expect((await runsOf(here)).map(({ state }) => state)).toEqual(['FAILED', 'SUCCEEDED'])
  })

  it('of which a day fails for good have no value', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'simulate-day', inputs: { day: '30' }, how: 'fail' }] })
    await using runner = await here.runner()
    await using s = await study()
    await expect(s.optimize(evaluate(runner), once)).rejects.toThrow('1 trials in a row failed')
    const [trial] = await s.trials()
    expect(trial).toMatchObject({ state: 'failed', values: null })
    expect(JSON.stringify(trial?.systemAttributes)).toMatch(/30: the run '.*' has no profit/)
  })

  it('are ended on the server where the pruner ends them', async () => {
    await using here = await place({}, 30, (x, day) => x === 0.1 && day === 34)
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
    await expect
      .poll(async () => (await runsOf(here)).map(({ state }) => state))
      .toEqual(['SUCCEEDED', 'FAILED'])
    expect(here.simulated.filter((day) => day.startsWith('0.1/')).length).toBeLessThan(7)
  })

  it('terminated by hand fail, and say so', async () => {
    await using here = await place({}, 0, (_, day) => day === 30)
    await using runner = await here.runner()
    await using s = await study()
    const run = s.optimize(evaluate(runner), once)
    while ((await runsOf(here)).length === 0) await delay(10)
    const [only] = await runsOf(here)
    await here.client.runs.terminate(only?.run_id ?? '')
    await expect(run).rejects.toThrow('was terminated')
    const [trial] = await s.trials()
    expect(trial?.state).toBe('failed')
    expect(JSON.stringify(trial?.systemAttributes)).toContain('was terminated')
    expect(await runsOf(here)).toHaveLength(1)
  })

  it('that get stuck are ended', async () => {
    await using here = await place()
    here.server.misbehave({ tasks: [{ task: 'simulate-day', inputs: { day: '34' }, how: 'hang' }] })
    await using runner = await here.runner({ stuckAfterMs: 400 })
    await using s = await study()
    await expect(s.optimize(evaluate(runner), once)).rejects.toThrow('1 trials in a row failed')
    const [trial] = await s.trials()
    expect(JSON.stringify(trial?.systemAttributes)).toContain('was stuck')
    await expect.poll(async () => (await runsOf(here)).map(({ state }) => state)).toEqual(['FAILED'])
  })

  it('go on through a restart of the server, and while it is away', async () => {
    await using here = await place({}, 60)
    await using runner = await here.runner()
    await using s = await study()
    const run = s.optimize(evaluate(runner), { trials: 5, parallel: 5 })
    while ((await runsOf(here)).length < 5) await delay(10)
    await here.restart()
    await here.server.goAway(200)
    await run
    expect((await s.trials()).map(({ state }) => state)).toEqual(Array(5).fill('complete'))
    expect(await runsOf(here)).toHaveLength(5)
  })

  it('take days from memory that were simulated before', async () => {
    await using here = await place()
    await using runner = await here.runner()
    await using s = await study()
    for (let twice = 0; twice < 2; twice++) await s.enqueue({ x: 0.25 })
    await s.optimize(evaluate(runner), { trials: 2 })
    expect((await s.trials()).map(({ values }) => values)).toEqual([[weekOf(0.25)], [weekOf(0.25)]])
    expect(here.simulated).toHaveLength(7)
    expect(await runsOf(here)).toHaveLength(1)
  })

  it('of a study that is adopted are not run twice', async () => {
    await using here = await place({}, 50)
    const storage = new InMemoryStorage()
    await using runner = await here.runner()
    {
      // A tuner that died after it had begun five runs, and whose leases are over.
      await using s = await createStudy({ name: 's', direction: 'maximize', space, storage, lease: 0.2 })
      for (let index = 0; index < 5; index++) {
        const trial = await s.ask()
        const params = trial.params as { x: number }
        const reference = await runner.start(
          { study: 's', studyId: s.id, number: trial.number, params, instances: DAYS, attempt: 0, slot: 0 },
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
