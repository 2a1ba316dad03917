import { endLeftovers, type Study } from '@tune/core'
import { namesOf } from '../deploy/tuner-pipeline.ts'
import { openKfp } from '../objective/pipeline/open-kfp.ts'
import { wasRefused } from '../schedule/ticks.ts'
import type { Ending } from '../telling/ending.ts'
import { logEnd } from '../telling/log-end.ts'
import { tell } from '../telling/tell.ts'
import { composed } from '../telling/tell-end.ts'
import { say, warn } from '../text/output.ts'
import { openExisting, openTuning } from '../wiring.ts'
import type { DeployedTask } from './deployed-task.ts'
import { type TaskFiles, writeOutputs } from './outputs.ts'
import { recordedEnding, toldOf } from './record.ts'
import { scheduledTask } from './scheduled-task.ts'

/** For how long trials of a tuner that was killed may still count as running: twice their lease, in milliseconds. */
const LONGEST_LEASE_MS = 30_000

/**
 * Tells how the tuner ended, as the task of its pipeline that runs however it went. Where the run was terminated, the
 * runs of its trials are ended first.
 *
 * @param input the input of the task as JSON.
 */
export async function tellDeployed(input: string, files: TaskFiles): Promise<void> {
  const task = await scheduledTask(input, files.file)
  const { config, run, url, idle } = task
  if (idle !== undefined || (await wasRefusedTick(task)))
    return say('Nothing to tell: the tuner had nothing to do.')
  const opened = await openExisting(config.study, config.storage).catch((error: unknown) => {
    warn((error as Error).message)
  })
  try {
    const ending = await endingOf(task, opened?.study)
    if (ending.outcome === 'cancellation') await endRuns(task).catch(problem)
    const message = await composed(config.study, ending, opened?.study, url)
    logEnd(message)
    await writeOutputs(files, task.input, message).catch(problem)
    const told = opened && (await toldOf(opened.study, run).catch(problem))
    await tell(config, message, warn, told ?? undefined)
  } finally {
    await opened?.[Symbol.asyncDispose]()
  }
}

function problem(error: unknown): void {
  warn((error as Error).message)
}

async function wasRefusedTick({ tick, config, run }: DeployedTask): Promise<boolean> {
  if (tick === undefined) return false
  return wasRefused(config, namesOf(config).name, run).catch(() => false)
}

/** How the tuner ended: as it said itself; of a tuner that was killed, as the server sees its run. */
async function endingOf({ config, run }: DeployedTask, study: Study | undefined): Promise<Ending> {
  const said = study && (await recordedEnding(study, run).catch(problem))
  if (said !== undefined && said.outcome !== 'cancellation') return said
  const { client } = await openKfp(config.kfp)
  const { state } = await client.runs.get(run)
  if (state === 'CANCELING' || state === 'CANCELED')
    return { outcome: 'cancellation', end: 'TERMINATED', reason: 'its run was terminated' }
  const reason = 'the tuner was killed or evicted, or could not begin, in every attempt; its log says more'
  return { outcome: 'failure', end: 'KILLED', reason }
}

/** Fails the trials of the tuner once their leases are over, and ends their runs. */
async function endRuns({ config, layOut }: DeployedTask): Promise<void> {
  await layOut()
  await using tuning = await openTuning(config, ({ message }) => say(message))
  const { study, runner } = tuning
  const { clock } = study
  const until = clock.now() + LONGEST_LEASE_MS
  while ((await study.counts()).running > 0 && clock.now() < until) {
    await study.reap()
    await clock.sleep(500)
  }
  await endLeftovers(study, runner)
}
