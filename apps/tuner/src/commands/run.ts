import type { FrozenTrial, Study } from '@tune/core'
import { redactStorageUrl } from '@tune/storage'
import type { StudyConfig } from '../config/study-config.ts'
import { liveProgress } from '../progress/live-progress.ts'
import { plainProgress } from '../progress/plain-progress.ts'
import { doneOf, type Progress } from '../progress/progress.ts'
import { bold, dim, say } from '../text/output.ts'
import { openTuning, type Tuning } from '../wiring.ts'
import { showBest } from './show.ts'

/**
 * Tunes until the study has its trials. What it did is in the storage, so that the same call goes on after any end.
 *
 * @param again the command that a user types to go on.
 * @returns whether the study has all its trials.
 */
export async function runStudy(config: StudyConfig, again: string): Promise<boolean> {
  await using tuning = await openTuning(config)
  const { study } = tuning
  await study.reap()
  const counts = await study.counts()
  const done = doneOf(counts)
  say(`${bold(study.name)} ${dim(`in ${redactStorageUrl(config.storage)}`)}`)
  if (done >= config.trials) {
    say(`Nothing to do: ${done} of ${config.trials} trials are done. Raise "trials" to go on.`)
    return true
  }
  if (done > 0) say(`Going on: ${done} of ${config.trials} trials are done.`)
  const isNew = Object.values(counts).every((count) => count === 0)
  if (isNew)
    await study.enqueue({ ...tuning.current }, { userAttributes: { current: true }, skipIfExists: true })
  await optimize(config, tuning, again)
  const isComplete = doneOf(await study.counts()) >= config.trials
  await showBest(study, tuning.current)
  if (!isComplete) say(`\nStopped. The same command goes on: ${bold(again)}`)
  return isComplete
}

async function optimize(config: StudyConfig, tuning: Tuning, again: string): Promise<void> {
  const { study } = tuning
  using progress = process.stdout.isTTY ? liveProgress(config.trials) : plainProgress(config.trials)
  const current = await currentValue(study)
  let known = current
  const report = async (last: FrozenTrial | undefined) => {
    known ??= last?.userAttributes['current'] === true ? last.values?.[0] : undefined
    progress.update({ counts: await study.counts(), last, best: await bestOf(study), current: known })
  }
  await report(undefined)
  using interrupts = onInterrupt(study, progress, again)
  await study.optimize((trial) => tuning.objective(trial), {
    trials: config.trials,
    parallel: config.parallel,
    signal: interrupts.signal,
    callbacks: [(_, trial) => report(trial)],
    catch: true,
  })
}

/** Ctrl-C once lets running trials finish; twice ends them. */
function onInterrupt(
  study: Study,
  progress: Progress,
  again: string,
): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController()
  let interrupts = 0
  const interrupt = () => {
    interrupts++
    if (interrupts > 1) return abort.abort()
    study.stop()
    progress.note(`Stopping: running trials finish (Ctrl-C again ends them). To go on: ${again}`)
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  return {
    signal: abort.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  }
}

async function bestOf(study: Study): Promise<FrozenTrial | undefined> {
  const { complete } = await study.counts()
  return complete === 0 ? undefined : study.bestTrial()
}

/** The value of the parameters in use, where an earlier run has evaluated them. */
async function currentValue(study: Study): Promise<number | undefined> {
  const trial = (await study.trials()).find(
    ({ userAttributes, state }) => userAttributes['current'] === true && state === 'complete',
  )
  return trial?.values?.[0]
}
