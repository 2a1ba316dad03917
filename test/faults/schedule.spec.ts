import { setTimeout as delay } from 'node:timers/promises'
import type { Run } from '@tune/kfp/api'
import { createDatabaseOn, startServer } from '@tune/tooling/mysql'
import { it } from 'vitest'
import { workplace } from '../e2e/tuner.ts'
import { type Production, production } from '../story/production.ts'

/** The runs that a schedule started by itself. */
async function started({ client }: Production): Promise<readonly Run[]> {
  const found: Run[] = []
  for await (const run of client.runs.list()) if (run.recurring_run_id !== undefined) found.push(run)
  return found
}

it.concurrent('a schedule starts its tuner each time, also after a restart of the server, and not while it is paused', async ({
  expect,
}) => {
  await using place = await workplace()
  await using mysql = await startServer()
  const { url: databaseUrl } = await createDatabaseOn(mysql.url)
  await using here = await production({ folder: place.folder, databaseUrl, trainMs: 50 })
  const tuning = {
    study: 'each-${date}-${time}',
    trials: 2,
    schedule: "{ cron: '* * * * *', zone: Asia/Kolkata }",
  }
  await here.schedule('create', tuning)
  const next = async (count: number) => {
    while ((await started(here)).length < count) await delay(200)
    const runs = await started(here)
    for (const { run_id } of runs) expect(await here.ended(run_id)).toMatchObject({ state: 'SUCCEEDED' })
    return runs.length
  }
  await next(1)
  await here.restart()
  await next(2)
  expect(await here.schedule('pause', tuning)).toMatchObject({ isPaused: true })
  const before = (await started(here)).length
  await delay(65_000)
  expect(await started(here)).toHaveLength(before)
})

it.concurrent("the server's runs show whether its clock is in the zone that a file says", async ({
  expect,
}) => {
  await using place = await workplace()
  await using mysql = await startServer()
  const { url: databaseUrl } = await createDatabaseOn(mysql.url)
  await using here = await production({ folder: place.folder, databaseUrl, trainMs: 50 })
  // The minute after the next one: the next may be over before there is a schedule.
  const soon = new Date(Date.now() + 120_000)
  const cron = `${soon.getUTCMinutes()} ${soon.getUTCHours()} * * *`
  const inZone = (serverZone: string) => ({
    study: 'zone-${date}',
    trials: 2,
    schedule: `{ cron: '${cron}', serverZone: ${serverZone} }`,
  })
  const seen = async (serverZone: string) =>
    (await here.doctor(inZone(serverZone))).filter(({ about }) => about === 'zone')
  await here.schedule('create', inZone('UTC'))
  expect(await seen('UTC')).toMatchObject([
    { level: 'warning', text: expect.stringContaining('does not tell') },
  ])
  while ((await started(here)).length < 1) await delay(200)
  expect(await seen('UTC')).toMatchObject([{ part: 'schedule', level: 'ok' }])
  expect(await seen('Asia/Tokyo')).toMatchObject([
    {
      part: 'schedule',
      level: 'error',
      text: expect.stringMatching(/at other times than those of Asia\/Tokyo; set schedule\.serverZone/),
    },
  ])
})
