import { isTuneError, type Study } from '@tune/core'
import { runStudy } from '../commands/run.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { EXIT } from '../exit-code.ts'
import type { Ending } from '../telling/ending.ts'
import { composed } from '../telling/tell-end.ts'
import { say, warn } from '../text/output.ts'
import { openExisting } from '../wiring.ts'
import { deployedTask } from './deployed-task.ts'
import { type TaskFiles, writeOutputs } from './outputs.ts'
import { recordEnding, recordedEnding, recordTuner } from './record.ts'

/** The end of a tuning that another attempt would only repeat. */
const FOR_GOOD = 'TOO_MANY_FAILURES'

/**
 * Tunes, as the task of a pipeline. A further attempt goes on where the one before was killed; it ends at once where that
 * one gave up.
 *
 * @param input the input of the task as JSON.
 * @returns the exit code.
 */
export async function runDeployed(input: string, files: TaskFiles): Promise<number> {
  const task = deployedTask(input, files.file)
  const { config, run, url } = task
  if (await hasGivenUp(config, run)) {
    say('An attempt before this one gave up: too many trials failed.')
    return EXIT.failures
  }
  await task.layOut()
  const onEnd = async (ending: Ending, study: Study | undefined) => {
    await kept(ending, study, run)
    await writeOutputs(files, task.input, await composed(config.study, ending, study, url))
  }
  return runStudy(config, 'retry the run, or deploy it again', {
    onStart: (study) => recordTuner(study, run, url),
    onEnd,
    onNothingToDo: onEnd,
  })
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
