import type { ParamValue } from '../space/index.ts'
import type { StudyId } from '../storage/study-storage.ts'
import type { Told } from '../study/outcome.ts'
import type { JsonValue } from '../trial/attributes.ts'

/** What a runner is asked to evaluate. */
export interface RunnerTrial {
  /** The study's name, for people. */
  readonly study: string
  /** The study's identity: another study of the same name has other evaluations. */
  readonly studyId: StudyId
  readonly number: number
  readonly params: Readonly<Record<string, ParamValue>>
}

/** How to find an evaluation again, from any process: plain JSON, kept with the trial. */
export type RunReference = JsonValue

/** What an evaluation has to say while it runs, and at its end. */
export type RunEvent =
  /** An intermediate value. One that was told before may come again. */
  | { readonly kind: 'report'; readonly step: number; readonly value: number }
  /** The end; nothing comes after it. */
  | { readonly kind: 'end'; readonly told: Told }

/**
 * Evaluates trials outside this process, and finds them again after a crash.
 *
 * Laws, for every implementation:
 *
 * 1. *Idempotent.* `start` for a trial that was started before, by whichever process, gives the same evaluation, and
 *    begins no second one.
 * 2. *Found again.* `watch` of a reference gives all reports and the end, whichever process started the evaluation and
 *    however late it is asked.
 * 3. *Stopped is stopped.* After `stop` has resolved, the evaluation uses no more resources, or is ending by itself;
 *    stopping one that is over, or unknown, does nothing.
 * 4. *Never a part as a whole.* An evaluation of which something is missing ends as failed.
 */
export interface Runner extends AsyncDisposable {
  /** Which runner, for people: `kfp`. */
  readonly name: string
  /** @throws what makes it impossible to start any trial, such as a wrong address */
  start(trial: RunnerTrial, signal: AbortSignal): Promise<RunReference>
  watch(reference: RunReference, signal: AbortSignal): AsyncIterable<RunEvent>
  stop(reference: RunReference): Promise<void>
}
