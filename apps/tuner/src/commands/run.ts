import {
  type FrozenTrial,
  isTuneError,
  type Notice,
  type RunEnd,
  type Study,
  type TuneErrorCode,
} from '@tune/core'
import { redactStorageUrl } from '@tune/storage'
import type { StudyConfig } from '../config/study-config.ts'
import { EXIT, exitCodeOfEnd } from '../exit-code.ts'
import { objectiveOf, type TunedObjective } from '../objective/objective.ts'
import { liveProgress } from '../progress/live-progress.ts'
import { plainProgress } from '../progress/plain-progress.ts'
import { doneOf, type Progress } from '../progress/progress.ts'
import { bestOf } from '../recommendation/recommended.ts'
import { type Ending, endingOf, failureOf } from '../telling/ending.ts'
import { logEnd } from '../telling/log-end.ts'
import { composed, tellEnd } from '../telling/tell-end.ts'
import { bold, dim, isLog, readerGone, say } from '../text/output.ts'
import { missingFile, openExisting, openTuning, samplerOf, type Tuning } from '../wiring.ts'
import { CurrentTrial } from './current-trial.ts'
import { showBest } from './show-best.ts'

/** What no trial could go well with: the run ends at once. */
const HOPELESS: readonly TuneErrorCode[] = [
  'KFP_REFUSED',
  'KFP_FORBIDDEN',
  'KFP_CONNECTION',
  'KFP_UNSUPPORTED_VERSION',
  'KFP_IMAGE',
]

type HearsEnd = (ending: Ending, study: Study | undefined) => Promise<void>

/** Hears of a tuning. */
export interface RunHooks {
  /** Hears of the study before its first trial. */
  readonly onStart?: (study: Study) => Promise<void>
  /** Hears how it ended; of the study where it could be opened. Default: those whom the file names are told. */
  readonly onEnd?: HearsEnd
  /** Hears that there was nothing to do. Default: nobody is told a second time. */
  readonly onNothingToDo?: HearsEnd
}

/**
 * Tunes until the study has its trials. What it did is in the storage, so that the same call goes on after any end.
 *
 * @param again the command that a user types to go on.
 * @returns the exit code: 0 where a rule of the file ended it.
 */
export async function runStudy(config: StudyConfig, again: string, hooks: RunHooks = {}): Promise<number> {
  const { onStart, onEnd = (ending, study) => tellEnd(config, ending, study) } = hooks
  const notices = new Notices()
  const failed = async (error: unknown, study?: Study): Promise<never> => {
    await onEnd(failureOf(error), study)
    throw error
  }
  await using tuning = await openTuning(config, (notice) => notices.take(notice)).catch((error: unknown) =>
    failed(error),
  )
  await onStart?.(tuning.study)
  return await tuneToEnd(config, tuning, again, notices, { ...hooks, onEnd }).catch((error: unknown) =>
    failed(error, tuning.study),
  )
}

async function tuneToEnd(
  config: StudyConfig,
  tuning: Tuning,
  again: string,
  notices: Notices,
  { onEnd, onNothingToDo }: RunHooks,
): Promise<number> {
  const { study, objective } = tuning
  // What a dead tuner left running is taken over by a runner that can find it, and has failed where none can.
  if (endsWithProcess(tuning)) await study.reap()
  const done = doneOf(await study.counts())
  sayPlan(config, objective, done)
  if (done >= config.trials) {
    say(`Nothing to do: ${done} of ${config.trials} trials are done. Raise "trials" to go on.`, {
      event: 'end',
      done,
    })
    await onNothingToDo?.(endingOf('trials', undefined, config), study)
    return EXIT.done
  }
  const { end, signal } = await optimize(config, tuning, again, notices)
  const ending = endingOf(end, signal, config)
  const isStopped = end === 'stopped' || end === 'aborted'
  if (isLog()) logEnd(await composed(config.study, ending, study))
  else {
    await showBest(study, objective.current)
    if (end === 'goal') say(`\nThe goal of ${config.goal} is reached.`)
  }
  await onEnd?.(ending, study)
  if (!isStopped) return exitCodeOfEnd(end)
  say(`\nStopped. The same command goes on: ${bold(again)}`)
  return signal === 'SIGTERM' ? EXIT.terminated : signal === 'SIGINT' ? EXIT.interrupted : EXIT.pipe
}

/** Says what a run is about to do, and does nothing of it. What the file names is looked at. */
export async function planStudy(config: StudyConfig): Promise<void> {
  const objective = await objectiveOf(config)
  objective.check()
  await samplerOf(config)
  sayPlan(config, objective, missingFile(config.storage) === undefined ? await doneBefore(config) : 0)
}

async function doneBefore({ study, storage }: StudyConfig): Promise<number> {
  try {
    await using opened = await openExisting(study, storage)
    return doneOf(await opened.study.counts())
  } catch (error) {
    if (isTuneError(error, 'STUDY_NOT_FOUND')) return 0
    throw error
  }
}

/** In three lines, what is tuned, what for, and how. */
function sayPlan(config: StudyConfig, { description }: TunedObjective, done: number): void {
  const { study, storage, trials, parallel, sampler, pruner, goal } = config
  const where = redactStorageUrl(storage)
  const before = done === 0 ? '' : `, ${done} of them done`
  const rules = [
    `${trials} trials${before}`,
    `${parallel} at a time`,
    `chosen by ${sampler.name}`,
    ...(pruner.name === 'none' ? [] : [`pruned by ${pruner.name}`]),
    ...(goal === undefined ? [] : [`until ${goal} is reached`]),
  ]
  const shown = [`${bold(study)} ${dim(`in ${where}`)}`, dim(description), dim(rules.join(', '))]
  const chosen = { sampler: sampler.name, pruner: pruner.name }
  say(shown.join('\n'), {
    event: 'begin',
    study,
    storage: where,
    objective: description,
    trials,
    done,
    parallel,
    ...chosen,
  })
}

function endsWithProcess({ runner }: Tuning): boolean {
  return runner.endsWithProcess === true
}

async function optimize(
  config: StudyConfig,
  tuning: Tuning,
  again: string,
  notices: Notices,
): Promise<{ readonly end: RunEnd; readonly signal: NodeJS.Signals | undefined }> {
  const { study, objective, runner } = tuning
  using progress =
    process.stdout.isTTY && !isLog() ? liveProgress(config.trials) : plainProgress(config.trials)
  using _shown = notices.showOn(progress)
  const current = new CurrentTrial(study, objective.current, {
    trials: config.trials,
    isAdopted: !endsWithProcess(tuning),
  })
  const report = async (last: FrozenTrial | undefined) => {
    await current.ensure()
    const counts = await study.counts()
    progress.update({ counts, last, best: await bestOf(study), current: current.value, study })
  }
  await report(undefined)
  using interrupts = onInterrupt(tuning, progress, again)
  const optimizing = study.optimize(tuning.evaluate, {
    trials: config.trials,
    parallel: config.parallel,
    signal: interrupts.signal,
    callbacks: [(_, trial) => report(trial)],
    catch: (error) => !isTuneError(error, ...HOPELESS),
    ...(config.goal !== undefined && { goal: config.goal }),
    ...(config.maxFailed !== undefined && { maxFailed: config.maxFailed }),
    ...(config.timeout !== undefined && { timeout: config.timeout }),
    ...(!endsWithProcess(tuning) && { orphans: 'adopt', abandonAfter: config.abandonAfter }),
    ...(runner.location !== undefined && { location: runner.location }),
  })
  const end = await optimizing.catch((error: unknown) => {
    if (isTuneError(error, 'STUDY_CLOSED') && interrupts.first === 'SIGTERM') return 'stopped' as const
    throw error
  })
  return { end, signal: interrupts.first }
}

/** What a study has to say: on the display of its progress while there is one, and in a line of its own else. */
class Notices {
  #progress: Progress | undefined

  take({ message, code }: Notice): void {
    const fields = { event: 'notice', code }
    if (this.#progress === undefined) say(message, fields)
    else this.#progress.note(message, fields)
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

interface Interrupts extends Disposable {
  /** Aborts to end the trials that run. */
  readonly signal: AbortSignal
  /** The first signal that came, if any did. */
  readonly first: NodeJS.Signals | undefined
}

/**
 * SIGTERM hands running trials over to whoever goes on, where their runs do not end with this process. Else, and by
 * Ctrl-C, running trials finish; a second signal ends them; a third one ends the process, whatever holds it. Where nobody
 * reads the output any more, running trials are ended.
 */
function onInterrupt(tuning: Tuning, progress: Progress, again: string): Interrupts {
  const { study } = tuning
  const abort = new AbortController()
  let first: NodeJS.Signals | undefined
  let interrupts = 0
  const interrupt = (signal: NodeJS.Signals) => {
    interrupts++
    first ??= signal
    if (interrupts > 2) process.exit(first === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted)
    if (interrupts > 1) return abort.abort()
    if (signal === 'SIGTERM' && !endsWithProcess(tuning)) {
      progress.note(`Stopping: what runs goes on without the tuner. To go on: ${again}`)
      return void study.handOver()
    }
    study.stop()
    progress.note(`Stopping: running trials finish (Ctrl-C again ends them). To go on: ${again}`)
  }
  const onGone = () => abort.abort()
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  if (readerGone.aborted) onGone()
  else readerGone.addEventListener('abort', onGone)
  return {
    signal: abort.signal,
    get first() {
      return first
    },
    [Symbol.dispose]: () => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      readerGone.removeEventListener('abort', onGone)
    },
  }
}
