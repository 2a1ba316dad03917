import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { ownProduction } from './own-production.ts'

describe.concurrent('a tuner that is deployed as a pipeline', () => {
  const own = ownProduction(300)

  /** Waits until so many trials of a study have begun. */
  const begun = async (study: string, count: number) => {
    while ((await own.here.trialsOf(study).catch(() => [])).length < count) await delay(50)
  }

  it('runs pipelines of its own until its budget is met, and tells', async ({ expect }) => {
    const run = await own.here.deploy({ study: 'good', trials: 12 })
    expect(await own.here.ended(run)).toMatchObject({ state: 'SUCCEEDED', display_name: 'tune-good' })
    const trials = await own.here.trialsOf('good')
    expect(trials.map(({ state }) => state)).toEqual(Array(12).fill('SUCCEEDED'))
    expect(own.here.told('good')).toMatchObject([
      {
        outcome: 'success',
        reason: '12 trials are done',
        state: { trials: { complete: 12, failed: 0 }, best: { metric: 'auc', gain: expect.any(Number) } },
        links: {
          tuner: `${own.here.server.url}/#/runs/details/${run}`,
          best: expect.stringContaining('/#/runs/details/'),
        },
      },
    ])
  })

  it('that has nothing left to do says so', async ({ expect }) => {
    const tuning = { study: 'again', trials: 2 }
    await own.here.ended(await own.here.deploy(tuning))
    expect(await own.here.ended(await own.here.deploy(tuning))).toMatchObject({ state: 'SUCCEEDED' })
    expect(own.here.told('again')).toMatchObject(
      Array(2).fill({ outcome: 'success', reason: '2 trials are done' }),
    )
    expect(await own.here.trialsOf('again')).toHaveLength(2)
  })

  it('that fails is told, and is not tried again', async ({ expect }) => {
    const run = await own.here.deploy({
      study: 'bad',
      trials: 12,
      data: 'broken',
      retries: 1,
      more: 'maxFailed: 6',
    })
    expect(await own.here.ended(run)).toMatchObject({ state: 'FAILED' })
    expect(own.here.told('bad')).toMatchObject([
      { outcome: 'failure', end: 'TOO_MANY_FAILURES', state: { trials: { complete: 0 } } },
    ])
    expect((await own.here.trialsOf('bad')).length).toBeLessThanOrEqual(11)
  })

  it('that somebody terminates is told, and leaves no run behind', async ({ expect }) => {
    const run = await own.here.deploy({ study: 'ended', trials: 12, data: 'endless' })
    await begun('ended', 5)
    await own.here.client.runs.terminate(run)
    expect(await own.here.ended(run)).toMatchObject({ state: 'FAILED' })
    expect(own.here.told('ended')).toMatchObject([
      { outcome: 'cancellation', reason: 'its run was terminated', state: { trials: { running: 0 } } },
    ])
    expect((await own.here.trialsOf('ended')).map(({ state }) => state)).toEqual(Array(5).fill('FAILED'))
  })

  it('that is killed goes on with the runs in flight, repeats none, and tells once', async ({ expect }) => {
    const run = await own.here.deploy({ study: 'killed', trials: 20 })
    await begun('killed', 8)
    await own.here.kill(run)
    expect(await own.here.ended(run)).toMatchObject({ state: 'SUCCEEDED' })
    const trials = await own.here.trialsOf('killed')
    expect(trials.map(({ state }) => state)).toEqual(Array(20).fill('SUCCEEDED'))
    expect(new Set(trials.map(({ display_name }) => display_name)).size).toBe(20)
    expect(own.here.told('killed')).toMatchObject([
      { outcome: 'success', state: { trials: { complete: 20, failed: 0, running: 0 } } },
    ])
  })
})
