import { setTimeout as delay } from 'node:timers/promises'
import { createDatabaseOn, startServer, type TestServer } from '@tune/tooling/mysql'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Workplace, workplace } from '../e2e/tuner.ts'
import { type Production, production } from '../story/production.ts'
import { type SwitchableProxy, switchableProxy } from './switchable-proxy.ts'

/** In milliseconds. */
const MINUTE = 60_000
const TRIALS = 20

describe.concurrent('a deployed tuner that cannot go on says why', () => {
  /** How a tuner ends that never gets far. */
  async function ended(tuning: Parameters<Production['deploy']>[0]) {
    await using place = await workplace()
    await using mysql = await startServer()
    const { url: databaseUrl } = await createDatabaseOn(mysql.url)
    await using here = await production({ folder: place.folder, databaseUrl, trainMs: 100 })
    const run = await here.deploy({ retries: 1, ...tuning })
    const { state } = await here.ended(run)
    return { state, told: here.told(tuning.study) }
  }

  it('where the image of its trials is missing', async ({ expect }) => {
    const tuning = { study: 'no-image', trials: TRIALS, pipeline: 'without-image', more: 'maxFailed: 3' }
    expect(await ended(tuning)).toMatchObject({
      state: 'FAILED',
      told: [
        { outcome: 'failure', end: 'TOO_MANY_FAILURES', reason: expect.stringContaining('ErrImagePull') },
      ],
    })
  })

  it('where its disk cannot be written', async ({ expect }) => {
    expect(await ended({ study: 'full', trials: TRIALS, temporary: '/dev/full/none' })).toMatchObject({
      state: 'FAILED',
      told: [{ outcome: 'failure', end: 'KILLED', reason: expect.stringContaining('its log says more') }],
    })
  })
})

describe.concurrent('a deployed tuner meets its budget, repeats nothing and tells once', () => {
  let mysql: TestServer

  beforeAll(async () => {
    mysql = await startServer()
  })
  afterAll(() => mysql[Symbol.asyncDispose]())

  /** A place of its own, in which something goes wrong once ten trials have begun. */
  async function wrong(
    study: string,
    happen: (here: Production, run: string, proxy: SwitchableProxy) => Promise<void>,
    room?: number,
  ): Promise<{
    readonly state: unknown
    readonly trials: readonly unknown[]
    readonly told: readonly unknown[]
  }> {
    await using place: Workplace = await workplace()
    const { url } = await createDatabaseOn(mysql.url)
    await using proxy = await switchableProxy(Number(new URL(url).port))
    const databaseUrl = Object.assign(new URL(url), { port: proxy.port }).href
    const options = { folder: place.folder, databaseUrl, trainMs: 1000, ...(room !== undefined && { room }) }
    await using here = await production(options)
    const run = await here.deploy({ study, trials: TRIALS })
    while ((await here.trialsOf(study).catch(() => [])).length < 10) await delay(50)
    await happen(here, run, proxy)
    const { state } = await here.ended(run)
    const trials = (await here.trialsOf(study)).map((trial) => trial.state)
    return { state, trials, told: here.told(study) }
  }

  const well = {
    state: 'SUCCEEDED',
    trials: Array<string>(TRIALS).fill('SUCCEEDED'),
    told: [{ outcome: 'success', state: { trials: { complete: TRIALS, failed: 0 } } }],
  }

  it('where its storage is away for a minute', async ({ expect }) => {
    const ended = await wrong('no-storage', async (_, __, proxy) => {
      proxy.close()
      await delay(MINUTE)
      proxy.open()
    })
    expect(ended).toMatchObject(well)
  })

  it('where the server of its pipelines is away for half a minute', async ({ expect }) => {
    const ended = await wrong('no-server', async ({ server }) => server.goAway(MINUTE / 2))
    expect(ended).toMatchObject(well)
  })

  it('where its token has expired for half a minute', async ({ expect }) => {
    const ended = await wrong('no-token', async ({ server }) => {
      server.misbehave({ tokens: ['of somebody else'] })
      await delay(MINUTE / 2)
      server.misbehave({})
    })
    expect(ended).toMatchObject(well)
  })

  it('where a quota lets two of its five runs begin', async ({ expect }) => {
    expect(await wrong('quota', async () => {}, 2)).toMatchObject(well)
  })

  it('where its pod is evicted', async ({ expect }) => {
    const ended = await wrong('evicted', async (here, run) => here.kill(run, 'SIGTERM', 300))
    expect(ended).toMatchObject(well)
  })

  it('where its pod is killed twice', async ({ expect }) => {
    const ended = await wrong('twice', async (here, run) => {
      await here.kill(run)
      while (!(await here.isAlive(run))) await delay(50)
      await here.kill(run)
    })
    expect(ended).toMatchObject(well)
  })
})
