import type { FrozenTrial, Notice, Study } from '@tune/core'
import { redactStorageUrl } from '@tune/storage'
import type { StudyConfig } from '../config/study-config.ts'
import { liveProgress } from '../progress/live-progress.ts'
import { plainProgress } from '../progress/plain-progress.ts'
import { doneOf, type Progress } from '../progress/progress.ts'
import { bold, dim, say } from '../text/output.ts'
import { openTuning, type Tuning } from '../wiring.ts'
import { CurrentTrial } from './current-trial.ts'
import { showBest } from './show.ts'

/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130

/**
 * Tunes until the study has its trials. What it did is in the storage, so that the same call goes on after any end.
 *
 * @param again the command that a user types to go on.
 * @returns whether the study has all its trials.
 */
export async function runStudy(config: StudyConfig, again: string): Promise<boolean> {
  const notices = new Notices()
  await using tuning = await openTuning(config, (notice) => notices.take(notice))
  const { study } = tuning
  // What a dead tuner left running is taken over by a runner that can find it, and has failed where none can.
  if (config.runner === 'local') await study.reap()
  const counts = await study.counts()
  const done = doneOf(counts)
  say(`${bold(study.name)} ${dim(`in ${redactStorageUrl(config.storage)}`)}`)
  say(dim(describeObjective(config)))
  if (done >= config.trials) {
    say(`Nothing to do: ${done} of ${config.trials} trials are done. Raise "trials" to go on.`)
    return true
  }
  if (done > 0) say(`Resuming: ${done} of ${config.trials} trials are done.`)
  await optimize(config, tuning, again, notices)
  const isComplete = doneOf(await study.counts()) >= config.trials
  await showBest(study, tuning.current)
  if (!isComplete) say(`\nStopped. The same command goes on: ${bold(again)}`)
  return isComplete
}

async function optimize(config: StudyConfig, tuning: Tuning, again: string, notices: Notices): Promise<void> {
  const { study } = tuning
  using progress = process.stdout.isTTY ? liveProgress(config.trials) : plainProgress(config.trials)
  using _shown = notices.showOn(progress)
  const current = new CurrentTrial(study, tuning.current, config)
  const report = async (last: FrozenTrial | undefined) => {
    await current.ensure()
    const counts = await study.counts()
    const best = counts.complete === 0 ? undefined : await study.bestTrial()
    progress.update({ counts, last, best, current: current.value })
  }
  await report(undefined)
  using interrupts = onInterrupt(study, progress, again)
  await study.optimize(tuning.objective, {
    trials: config.trials,
    parallel: config.parallel,
    signal: interrupts.signal,
    callbacks: [(_, trial) => report(trial)],
    catch: true,
    ...(config.runner === 'kfp' && { orphans: 'adopt' }),
  })
}

/** What a study has to say: on the display of its progress while there is one, and in a line of its own else. */
class Notices {
  #progress: Progress | undefined

  take({ message }: Notice): void {
    if (this.#progress === undefined) say(message)
    else this.#progress.note(message)
  }

  showOn(progress: Progress): Disposable {
    this.#progress = progress
    return {
      [Symbol.dispose]: () => {
        this.#progress = undefined
      },
    }
  }
}

/** Ctrl-C once lets running trials finish; twice ends them; a third time ends the process, whatever holds it. */
function onInterrupt(
  study: Study,
  progress: Progress,
  again: string,
): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController()
  let interrupts = 0
  const interrupt = () => {
    interrupts++
    if (interrupts > 2) process.exit(INTERRUPTED)
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

/** `maximize profit per driver-hour in yen: yokohama m 17-21, train week, predicted inputs, mean of 2 replications` */
function describeObjective({ direction, objective: { simulator } }: StudyConfig): string {
  const { area, size, frame, week, inputs, replications } = simulator
  const mean = replications > 1 ? `, mean of ${replications} replications` : ''
  return `${direction} profit per driver-hour in yen: ${area} ${size} ${frame}, ${week} week, ${inputs} inputs${mean}`
}
