import type { MetricValues } from '../metrics/metric-values.ts'
import type { ParamValue } from '../space/index.ts'
import type { StudyId } from '../storage/study-storage.ts'
import type { JsonValue } from '../trial/attributes.ts'

/** What a runner is asked to evaluate in one run. */
export interface RunRequest {
  /** The study's name, for people. */
  readonly study: string
  /** The study's identity: another study of the same name has other runs. */
  readonly studyId: StudyId
  /** The number of the trial. */
  readonly number: number
  readonly params: Readonly<Record<string, ParamValue>>
  /** The instances that this run evaluates, by name; `undefined` where the objective has none. */
  readonly instances?: readonly string[]
  /** How often these were tried before, from 0. */
  readonly attempt: number
  /**
   * Whether a process before this one may have started it, and did not live to say so. Where it is false, nobody needs
   * to look.
   */
  readonly mayExist: boolean
  /** A number that no other trial of this process has now, below the parallelism: for a device of its own. */
  readonly slot: number
}

/** How to find a run again, from any process: plain JSON, kept with the trial. */
export type RunReference = JsonValue

/** What a run has to say while it goes on, and at its end. What was told before may come again. */
export type RunEvent =
  /** Intermediate values, of one instance where it evaluates several. */
  | {
      readonly kind: 'report'
      readonly step: number
      readonly metrics: MetricValues
      readonly instance?: string
    }
  /** Final values: of the instance, or of the whole. */
  | { readonly kind: 'result'; readonly metrics: MetricValues; readonly instance?: string }
  /**
   * The end; nothing comes after it. `failure` says why it came to no good end; with `retry: false`, as where somebody
   * ended it, it is not tried again.
   */
  | { readonly kind: 'end'; readonly failure?: string; readonly retry?: boolean }

/**
 * Evaluates trials outside this process, and finds its runs again after a crash.
 *
 * Laws, for every implementation:
 *
 * 1. *Idempotent.* `start` for what was started before (study, trial, instances, attempt), by whichever process, gives
 *    the same run, and begins no second one. Only who has the trial's lease asks.
 * 2. *Found again.* `watch` of a reference gives all results and the end, whichever process started the run and however
 *    late it is asked.
 * 3. *Stopped is stopped.* After `stop` has resolved, the run uses no more resources, or is ending by itself; stopping
 *    one that is over, or unknown, does nothing.
 * 4. *Never a part as a whole.* A run that came to no good end says so, whatever results it gave before.
 */
export interface Runner extends AsyncDisposable {
  /** Which runner, for people: `kfp`. */
  readonly name: string
  /** Whether one run evaluates several instances of a trial, rather than each one by itself. Default: false. */
  readonly takesAllInstances?: boolean
  /** Whether its runs end with this process, so that nothing is kept to find them again. Default: false. */
  readonly endsWithProcess?: boolean
  /**
   * What its runs are bound to, such as this machine: a runner of another location cannot watch them, and trials that
   * were begun there are left to it. Default: nothing; any process can watch them.
   */
  readonly location?: string
  /** @throws what makes it impossible to start any trial, such as a wrong address */
  start(request: RunRequest, signal: AbortSignal): Promise<RunReference>
  /** Ends without an event where the signal aborts. */
  watch(reference: RunReference, signal: AbortSignal): AsyncIterable<RunEvent>
  stop(reference: RunReference): Promise<void>
  /**
   * Ends, now and whenever it looks at its runs, those of a study whose trials are over: which could not be stopped, or
   * whose process died. See {@link endLeftovers}.
   *
   * @param running the numbers of the trials that run now, whoever runs them.
   */
  endLeftovers?(studyId: StudyId, running: () => Promise<ReadonlySet<number>>): Promise<void>
}
