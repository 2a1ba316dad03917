import { isTuneError, type RunEvent, TuneError } from '@tune/core'
import type { Run } from '../api/index.ts'
import { isFinal } from '../client/run-state.ts'
import { RunProgress } from './run-progress.ts'
import type { PipelineRunReference } from './run-reference.ts'
import { RunResults } from './run-results.ts'
import type { RunnerParts } from './runner-parts.ts'

/** How often the outputs of a run that went well are looked at, should some be missing: they may be written late. */
const LOOKS = 5
/** How much of an error of the server a failure quotes, in characters. */
const QUOTED = 300
/** What a cluster says where an image is not to be had. */
const NO_IMAGE = /ErrImage|ImagePull|InvalidImageName/

/** The end of a run that is not tried again. */
const lost = (failure: string): RunEvent => ({ kind: 'end', failure, retry: false })

/** Follows a run: a result for each instance that is over, or for the whole, and its end. */
export async function* watchRun(
  parts: RunnerParts,
  reference: PipelineRunReference,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const { clock, stuckAfterMs, ender } = parts
  const results = new RunResults(parts, reference)
  const progress = new RunProgress(clock)
  for await (const { run, mayRead } of parts.watcher.watch(reference.run, signal)) {
    if (run === undefined) return yield lost(`the run '${reference.name}' is gone`)
    progress.take(run)
    if (isFinal(run.state)) return yield* lastWords(parts, run, results, progress, signal)
    if (mayRead && progress.mayHaveNews) {
      // Should it fail, the next look will do.
      const failure = await failureOf(() => results.read(run, signal))
      if (failure === undefined) progress.wasRead()
      yield* results.news()
    }
    if (progress.idleMs >= stuckAfterMs) {
      await ender.end(run)
      const seconds = Math.round(stuckAfterMs / 1000)
      return yield lost(`the run '${run.display_name}' was stuck: nothing happened for ${seconds} s`)
    }
  }
}

/** What a reading failed with, which may pass. */
async function failureOf(reading: () => Promise<void>): Promise<TuneError | undefined> {
  try {
    await reading()
    return undefined
  } catch (error) {
    if (!isTuneError(error)) throw error
    return error
  }
}

/** What a run that is over has given, for which its server is waited for, and how it ended. */
async function* lastWords(
  parts: RunnerParts,
  run: Run,
  results: RunResults,
  progress: RunProgress,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const { clock, intervalMs, patienceMs } = parts
  const begun = clock.now()
  for (let looks = 0; !signal.aborted; ) {
    const failure = await failureOf(() => results.read(run, signal))
    if (failure === undefined) {
      looks++
      yield* results.news()
      if (results.isComplete || run.state !== 'SUCCEEDED' || looks === LOOKS)
        return yield endOf(run, progress)
    } else if (clock.now() - begun >= patienceMs)
      return yield lost(`the outputs of the run '${run.display_name}' cannot be read: ${failure.message}`)
    await clock.sleep(intervalMs, signal)
  }
}

/** @throws TuneError KFP_IMAGE an image is not to be had, which ends every run */
function endOf({ display_name, state, error }: Run, { wasEnded }: RunProgress): RunEvent {
  if (state === 'SUCCEEDED') return { kind: 'end' }
  if (wasEnded) return lost(`the run '${display_name}' was terminated`)
  const said = error?.message?.replaceAll(/\s+/g, ' ').slice(0, QUOTED)
  const why = said === undefined ? '' : ` (${said})`
  const failure = `the run '${display_name}' ${state === 'SKIPPED' ? 'was skipped' : 'failed'}${why}`
  if (said !== undefined && NO_IMAGE.test(said))
    throw new TuneError('KFP_IMAGE', failure, { run: display_name })
  return { kind: 'end', failure }
}
