import { isTuneError, type Study } from '@tune/core'
import { runStudy } from '../commands/run.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { namesOf } from '../deploy/tuner-pipeline.ts'
import { EXIT } from '../exit-code.ts'
import { beginTick, type Tick } from '../schedule/ticks.ts'
import type { Ending } from '../telling/ending.ts'
import { messageOf } from '../telling/message.ts'
import { composed } from '../telling/tell-end.ts'
import { say, warn } from '../text/output.ts'
import { openExisting } from '../wiring.ts'
import type { DeployedTask } from './deployed-task.ts'
import { type TaskFiles, writeOutputs } from './outputs.ts'
import { recordEnding, recordedEnding, recordTuner } from './record.ts'
import { scheduledTask } from './scheduled-task.ts'

/** The end of a tuning that another attempt would only repeat. */
const FOR_GOOD = 'TOO_MANY_FAILURES'

/**
 * Tunes, as the task of a pipeline. A further attempt goes on where the one before was killed; it ends at once where that
 * one gave up. One that its schedule started ends at once where it is not its time, or another one runs.
 *
 * @param input the input of the task as JSON.
 * @param onStart hears of the study before its first trial.
 * @returns the exit code.
 */
export async function runDeployed(
  input: string,
  files: TaskFiles,
  onStart: (study: Study) => void,
): Promise<number> {
  const task = await scheduledTask(input, files.file)
  const { config, run, tick, idle, due } = task
  if (idle !== undefined) return skip(task, files, idle)
  if (await hasGivenUp(config, run)) {
    say('An attempt before this one gave up: too many trials failed.')
    return EXIT.failures
  }
  await task.layOut()
  if (tick === undefined) return tune(task, files, onStart)
  const begun = await beginTick(config, namesOf(config).name, { run, due })
  if (typeof begun === 'string') return skip(task, files, begun)
  await using own = begun
  return await tune(task, files, onStart, own)
}

async function tune(
  task: DeployedTask,
  files: TaskFiles,
  onStart: (study: Study) => void,
  tick?: Tick,
): Promise<number> {
  const { config, run, url } = task
  const onEnd = async (ending: Ending, study: Study | undefined) => {
    await kept(ending, study, run)
    await writeOutputs(files, task.input, await composed(config.study, ending, study, url))
    await tick?.end(study)
  }
  return runStudy(config, 'retry the run, or deploy it again', {
    onStart: async (study) => {
      onStart(study)
      await recordTuner(study, run, url)
      if (tick?.lastBest !== undefined) await enqueueFirst(study, tick.lastBest)
    },
    onEnd,
    onNothingToDo: onEnd,
  })
}

/** Lets a new study begin with what the one before it found, where that still is in its space. */
async function enqueueFirst(study: Study, params: NonNullable<Tick['lastBest']>): Promise<void> {
  if ((await study.trials()).length > 0) return
  await study.enqueue(params).catch((error: unknown) => {
    if (!isTuneError(error)) throw error
    say(`The best parameters of the tuning before do not fit: ${error.message}`)
  })
}

/** Ends well without having done anything. */
async function skip({ config, input, url }: DeployedTask, files: TaskFiles, reason: string): Promise<number> {
  say(`Nothing to do: ${reason}`)
  const ending = { outcome: 'success', end: 'SKIPPED', reason } as const
  await writeOutputs(files, input, await messageOf(config.study, ending, undefined, url))
  return EXIT.done
}

/** What cannot be kept is told as what it looks like from outside. */
async function kept(ending: Ending, study: Study | undefined, run: string): Promise<void> {
  if (study === undefined) return
  await recordEnding(study, run, ending).catch((error: unknown) => warn((error as Error).message))
}

async function hasGivenUp({ study: name, storage }: StudyConfig, run: string): Promise<boolean> {
  try {
    await using opened = await openExisting(name, storage)
    return (await recordedEnding(opened.study, run))?.end === FOR_GOOD
  } catch (error) {
    if (isTuneError(error, 'STUDY_NOT_FOUND')) return false
    throw error
  }
}
