import { readAllTrials } from '@tune/core'
import type { Run } from '@tune/kfp/api'
import { openStorage } from '@tune/storage'
import { describe, it } from 'vitest'
import { ownProduction } from './own-production.ts'

type Answer = Readonly<Record<string, unknown>>

/** No time that comes while this runs: one half a year ahead. */
const NEVER = `{ cron: '0 0 1 ${((new Date().getUTCMonth() + 6) % 12) + 1} *' }`

describe.concurrent('a tuner on a schedule', () => {
  const own = ownProduction(200)

  /** Starts the pipeline of a schedule as the server does at one of its times. */
  const tick = async (name: string): Promise<string> => {
    for await (const { display_name, pipeline_version_reference } of own.here.client.recurringRuns.list())
      if (display_name === name && pipeline_version_reference !== undefined) {
        const runs = own.here.client.experiments.find(name.replace('tune-', ''))
        const run = {
          display_name: `${name}-now`,
          pipeline_version_reference,
          experiment_id: (await runs)?.experiment_id ?? '',
        }
        return (await own.here.client.runs.create(run)).run_id
      }
    throw new Error(`there is no schedule ${name}`)
  }
  /** The name of a study, whatever day it is. */
  const named = async (pattern: RegExp) => {
    await using storage = await openStorage(own.database.url)
    const names = (await storage.listStudies()).map(({ name }) => name)
    return names.find((name) => pattern.test(name)) ?? ''
  }
  const trialsIn = async (study: string) => {
    await using storage = await openStorage(own.database.url)
    return await readAllTrials(storage, (await storage.readStudy(study)).id)
  }

  it('is made, shown, paused, changed and removed', async ({ expect }) => {
    const tuning = { study: 'kept-${date}', trials: 2, schedule: "{ cron: '0 3 * * 1', zone: Asia/Tokyo }" }
    expect(await own.here.schedule('show', tuning)).toMatch(/^tuner: there is no schedule 'tune-kept'; there/)
    expect(await own.here.schedule('create', tuning)).toMatchObject({
      name: 'tune-kept',
      cron: '0 3 * * 1',
      zone: 'Asia/Tokyo',
      isPaused: false,
      next: expect.arrayContaining([expect.stringMatching(/T18:00:00.000Z$/)]),
    })
    expect(await own.here.schedule('create', tuning)).toMatch(
      /^tuner: there is a schedule 'tune-kept' already/,
    )
    expect(await own.here.schedule('pause', tuning)).toMatchObject({ isPaused: true, next: [] })
    const changed = { ...tuning, schedule: "{ cron: '30 4 * * *', zone: Europe/Berlin }" }
    expect(await own.here.schedule('edit', changed)).toMatchObject({ cron: '30 4 * * *', isPaused: true })
    expect(await own.here.schedule('resume', changed)).toMatchObject({
      isPaused: false,
      zone: 'Europe/Berlin',
    })
    const listed = (await own.here.schedule('list', changed)) as readonly Answer[]
    expect(listed.filter(({ name }) => name === 'tune-kept')).toHaveLength(1)
    expect(await own.here.schedule('remove', changed)).toBe(null)
    expect(await own.here.schedule('pause', changed)).toMatch(/^tuner: there is no schedule/)
  })

  it('makes a new study each time, which begins with what the one before found', async ({ expect }) => {
    const weekly = (letter: string) => ({
      study: `weekly-\${date}-${letter}`,
      called: 'tune-weekly',
      trials: 4,
      schedule: NEVER,
    })
    await own.here.schedule('create', weekly('a'))
    const run = async (letter: string) => {
      const { run: id } = (await own.here.schedule('run-now', weekly(letter))) as { readonly run: string }
      expect(await own.here.ended(id)).toMatchObject({ state: 'SUCCEEDED' })
      return (await trialsIn(await named(new RegExp(`^weekly-.*-${letter}$`)))).map(({ values, params }) => ({
        value: values?.[0] ?? 0,
        rate: params.get('rate')?.internal,
      }))
    }
    const [best] = (await run('a')).toSorted((a, b) => b.value - a.value)
    await own.here.schedule('edit', weekly('b'))
    const rates = (await run('b')).map(({ rate }) => rate)
    expect(rates.slice(0, 2)).toEqual(expect.arrayContaining([0.9, best?.rate]))
    expect(own.here.told(await named(/^weekly-.*-b$/))).toMatchObject([{ outcome: 'success' }])
  })

  it('refuses to be run beside a run that is not over', async ({ expect }) => {
    const tuning = { study: 'beside-${date}', trials: 6, data: 'endless', schedule: NEVER } as const
    await own.here.schedule('create', tuning)
    const { run } = (await own.here.schedule('run-now', tuning)) as { readonly run: string }
    expect(await own.here.schedule('run-now', tuning)).toBe(
      `tuner: a run of the schedule 'tune-beside' is not over yet: ${run}\n`,
    )
    await own.here.client.runs.terminate(run)
    expect(await own.here.ended(run)).toMatchObject({ state: 'FAILED' })
  })

  it('tunes once where two times come at once', async ({ expect }) => {
    const tuning = { study: 'twice-${date}', trials: 6, schedule: "{ cron: '* * * * *' }" }
    await own.here.schedule('create', tuning)
    await own.here.schedule('pause', tuning)
    const runs = await Promise.all([tick('tune-twice'), tick('tune-twice')])
    const ended: readonly Run[] = await Promise.all(runs.map((run) => own.here.ended(run)))
    expect(ended.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    expect(own.here.told(await named(/^twice-/))).toHaveLength(1)
    // A minute may have begun before the schedule was paused: that is a third time, which is refused or refuses both.
    const states = (await trialsIn('tune-twice (schedule)')).map(({ state }) => state).toSorted()
    expect(states).toEqual(['complete', ...Array(Math.max(states.length - 1, 1)).fill('failed')])
  })
})
