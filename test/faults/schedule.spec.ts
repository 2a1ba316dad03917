import { setTimeout as delay } from 'node:timers/promises'
import type { Run } from '@tune/kfp/api'
import { createDatabaseOn, startServer } from '@tune/tooling/mysql'
import { expect, it } from 'vitest'
import { workplace } from '../e2e/tuner.ts'
import { type Production, production } from '../story/production.ts'

/** The runs that a schedule started by itself. */
async function started({ client }: Production): Promise<readonly Run[]> {
  const found: Run[] = []
  for await (const run of client.runs.list()) if (run.recurring_run_id !== undefined) found.push(run)
  return found
}

it('a schedule starts its tuner each time, also after a restart of the server, and not while it is paused', async () => {
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
