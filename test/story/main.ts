import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabaseOn, startServer } from '@tune/tooling/mysql'
import { type Production, production } from './production.ts'

/** One after another: how a deployed tuner ends, and what is told of it. */
const chapters: readonly (readonly [string, (here: Production) => Promise<string>])[] = [
  ['meets its budget of 20 trials', (here) => here.deploy({ study: 'good', trials: 20 })],
  [
    'gives up, since every trial fails',
    (here) => here.deploy({ study: 'broken', trials: 20, data: 'broken', retries: 1, more: 'maxFailed: 6' }),
  ],
  [
    'is terminated with five trials in flight',
    async (here) => {
      const run = await here.deploy({ study: 'ended', trials: 20, data: 'endless' })
      await begun(here, 'ended', 5)
      await here.client.runs.terminate(run)
      return run
    },
  ],
  [
    'is killed with five trials in flight, and goes on',
    async (here) => {
      const run = await here.deploy({ study: 'killed', trials: 20 })
      await begun(here, 'killed', 10)
      await here.kill(run)
      return run
    },
  ],
]

async function begun(here: Production, study: string, count: number): Promise<void> {
  while ((await here.trialsOf(study).catch(() => [])).length < count) await delay(50)
}

const folder = await mkdtemp(join(tmpdir(), 'tune-story-'))
try {
  await using mysql = await startServer()
  const { url: databaseUrl } = await createDatabaseOn(mysql.url)
  await using here = await production({ folder, databaseUrl, trainMs: 300 })
  console.log(`Kubeflow Pipelines on this machine: ${here.server.url}; database: ${mysql.name}`)
  for (const [title, begin] of chapters) {
    console.log(`\nA tuner ${title}`)
    const run = await begin(here)
    const { state, display_name } = await here.ended(run)
    const study = display_name.replace('tune-', '')
    const trials = Map.groupBy(await here.trialsOf(study), (trial) => String(trial.state))
    const counted = [...trials].map(([each, { length }]) => `${length} ${each}`).join(', ')
    console.log(`  run ${state}; runs of trials: ${counted}; told:`)
    for (const { text } of here.told(study)) console.log(String(text).replaceAll(/^/gm, '  | '))
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
