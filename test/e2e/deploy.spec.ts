import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase, type TestDatabase } from '@tune/tooling/mysql'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Production, production } from '../story/production.ts'
import { type Workplace, workplace } from './tuner.ts'

describe.concurrent('a tuner that is deployed as a pipeline', () => {
  let place: Workplace
  let database: TestDatabase
  let here: Production

  beforeAll(async () => {
    place = await workplace()
    database = await createDatabase()
    here = await production({ folder: place.folder, databaseUrl: database.url, trainMs: 300 })
  })
  afterAll(async () => {
    await here[Symbol.asyncDispose]()
    await database.drop()
    await place[Symbol.asyncDispose]()
  })

  /** Waits until so many trials of a study have begun. */
  const begun = async (study: string, count: number) => {
    while ((await here.trialsOf(study).catch(() => [])).length < count) await delay(50)
  }

  it('runs pipelines of its own until its budget is met, and tells', async ({ expect }) => {
    const run = await here.deploy({ study: 'good', trials: 12 })
    expect(await here.ended(run)).toMatchObject({ state: 'SUCCEEDED', display_name: 'tune-good' })
    const trials = await here.trialsOf('good')
    expect(trials.map(({ state }) => state)).toEqual(Array(12).fill('SUCCEEDED'))
    expect(here.told('good')).toMatchObject([
      {
        outcome: 'success',
        reason: '12 trials are done',
        state: { trials: { complete: 12, failed: 0 }, best: { metric: 'auc', gain: expect.any(Number) } },
        links: {
          tuner: `${here.server.url}/#/runs/details/${run}`,
          best: expect.stringContaining('/#/runs/details/'),
        },
      },
    ])
  })

  it('that has nothing left to do says so', async ({ expect }) => {
    const tuning = { study: 'again', trials: 2 }
    await here.ended(await here.deploy(tuning))
    expect(await here.ended(await here.deploy(tuning))).toMatchObject({ state: 'SUCCEEDED' })
    expect(here.told('again')).toMatchObject(
      Array(2).fill({ outcome: 'success', reason: '2 trials are done' }),
    )
    expect(await here.trialsOf('again')).toHaveLength(2)
  })

  it('that fails is told, and is not tried again', async ({ expect }) => {
    const run = await here.deploy({
      study: 'bad',
      trials: 12,
      data: 'broken',
      retries: 1,
      more: 'maxFailed: 6',
    })
    expect(await here.ended(run)).toMatchObject({ state: 'FAILED' })
    expect(here.told('bad')).toMatchObject([
      { outcome: 'failure', end: 'TOO_MANY_FAILURES', state: { trials: { complete: 0 } } },
    ])
    expect((await here.trialsOf('bad')).length).toBeLessThanOrEqual(11)
  })

  it('that somebody terminates is told, and leaves no run behind', async ({ expect }) => {
    const run = await here.deploy({ study: 'ended', trials: 12, data: 'endless' })
    await begun('ended', 5)
    await here.client.runs.terminate(run)
    expect(await here.ended(run)).toMatchObject({ state: 'FAILED' })
    expect(here.told('ended')).toMatchObject([
      { outcome: 'cancellation', reason: 'its run was terminated', state: { trials: { running: 0 } } },
    ])
    expect((await here.trialsOf('ended')).map(({ state }) => state)).toEqual(Array(5).fill('FAILED'))
  })

  it('that is killed goes on with the runs in flight, repeats none, and tells once', async ({ expect }) => {
    const run = await here.deploy({ study: 'killed', trials: 20 })
    await begun('killed', 8)
    await here.kill(run)
    expect(await here.ended(run)).toMatchObject({ state: 'SUCCEEDED' })
    const trials = await here.trialsOf('killed')
    expect(trials.map(({ state }) => state)).toEqual(Array(20).fill('SUCCEEDED'))
    expect(new Set(trials.map(({ display_name }) => display_name)).size).toBe(20)
    expect(here.told('killed')).toMatchObject([
      { outcome: 'success', state: { trials: { complete: 20, failed: 0, running: 0 } } },
    ])
  })
})
