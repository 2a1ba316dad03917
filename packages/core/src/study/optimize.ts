import { type Duration, milliseconds } from '../clock/duration.ts'
import { describeThrown } from '../errors/describe.ts'
import { isTuneError, TuneError } from '../errors/tune-error.ts'
import { forTrial } from '../telemetry/trial-measures.ts'
import type { FrozenTrial } from '../trial/index.ts'
import type { Trial } from '../trial/trial.ts'
import { TrialPruned } from '../trial/trial-pruned.ts'
import { Others } from './others.ts'
import type { Told } from './outcome.ts'
import { FAILURE } from './retry.ts'
import type { RunEnd } from './run-end.ts'
import type { Study } from './study.ts'

/**
 * Evaluates a trial: gives its value, or one for each direction, or says that there is none. Throw {@link TrialPruned} to
 * prune it; another error ends the run, unless it is caught. What is no value, such as NaN or nothing, fails the trial
 * alone.
 */
export type Objective<P> = (trial: Trial<P>) => Told | Promise<Told>

/** Called after each trial of this `optimize`; what it throws ends the optimisation. */
export type TrialCallback<P> = (study: Study<P>, trial: FrozenTrial) => void | Promise<void>

/** How far and how fast to optimise. */
export interface OptimizeOptions<P> {
  /**
   * The study's budget: it ends when the storage holds that many complete or pruned trials, counting those of
   * earlier runs and of other processes. Failed trials do not count. Default: no limit, but that of a sampler which
   * went through all that there is.
   */
  readonly trials?: number
  /** How many trials run at a time in this process; none waits for another. Default: 1. */
  readonly parallel?: number
  /** After which time no further trial starts: milliseconds, or text as `'30 min'`. Those that run finish. Default: never. */
  readonly timeout?: Duration
  /** Ends everything: no further trial starts, and the signal of those that run is aborted. */
  readonly signal?: AbortSignal
  readonly callbacks?: readonly TrialCallback<P>[]
  /**
   * Which errors of the objective fail only their trial, not the whole run: all of them, or those for which the
   * function says so. Default: none.
   */
  readonly catch?: boolean | ((error: unknown) => boolean)
  /**
   * What becomes of trials whose process died: they fail, or they go on here, since what evaluates them does. Default:
   * `fail`.
   */
  readonly orphans?: 'fail' | 'adopt'
  /** With `adopt`: what this process can reach. Trials that were begun at another location are left alone. */
  readonly location?: string
  /**
   * With `adopt`: trials that cannot be reached from here fail when their owner has not come back for this time.
   * Default: an hour.
   */
  readonly abandonAfter?: Duration
  /** No further trial starts once the best value is as good as this. For studies with one direction. Default: never. */
  readonly goal?: number
  /** Give up where the storage holds that many failed trials, whoever ran them. Default: never. */
  readonly maxFailed?: number
  /** Give up after this many caught failures without a success between them. Default: 10. */
  readonly maxConsecutiveFailures?: number
}

/** How often a study whose budget is taken looks whether another process gave a part of it back, in ms. */
const POLL_MS = 500
/** How often one looks for trials whose process died, in ms. */
const ORPHANS_MS = 10_000
/** How long trials are left to an owner that cannot be reached, unless told otherwise, in ms. */
const ABANDON_MS = 3_600_000

/** One call of `optimize`: trials that run independently of each other until the budget is met. */
class Optimization<P> {
  readonly #study: Study<P>
  readonly #objective: Objective<P>
  readonly #options: OptimizeOptions<P>
  readonly #abort = new AbortController()
  readonly #stopped = new AbortController()
  #consecutiveFailures = 0
  readonly #running = new Set<Promise<void>>()
  readonly #deadline: number
  readonly #others: Others
  #error: { readonly error: unknown } | undefined
  #end: RunEnd | undefined
  readonly #abandonAfterMs: number

  constructor(study: Study<P>, objective: Objective<P>, options: OptimizeOptions<P>) {
    this.#study = study
    this.#objective = objective
    this.#options = options
    this.#others = new Others(study)
    this.#abandonAfterMs = milliseconds(options.abandonAfter ?? ABANDON_MS, 'abandonAfter')
    this.#deadline = study.clock.now() + milliseconds(options.timeout ?? Number.POSITIVE_INFINITY, 'timeout')
  }

  async run(): Promise<RunEnd> {
    const { parallel = 1, signal } = this.#options
    using _stop = this.#study.onStop(() => this.#onStop())
    const onAbort = () => this.#abortAll(signal?.reason)
    if (signal?.aborted === true) return 'aborted'
    signal?.addEventListener('abort', onAbort, { once: true })
    if (Number.isFinite(this.#deadline))
      void this.#study.clock
        .sleep(this.#deadline - this.#study.clock.now(), this.#stopped.signal)
        .then(() => this.#endInTime())
    try {
      await this.#takeCareOfOrphans()
      using _orphans = this.#lookForOrphans()
      await this.#checkRules()
      await this.#startTrials(parallel)
    } catch (error) {
      this.#fail(error)
    }
    while (this.#running.size > 0) await Promise.all(this.#running)
    this.#stopped.abort()
    signal?.removeEventListener('abort', onAbort)
    if (this.#error !== undefined) throw this.#error.error
    return this.#end ?? 'stopped'
  }

  /** Starts one trial after the other, as long as there is room. */
  async #startTrials(parallel: number): Promise<void> {
    while (!this.#isOver()) {
      if (this.#running.size >= parallel) {
        await Promise.race(this.#running)
        // An objective that waits for nothing must not keep timers and signals from being heard.
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      const trial = await this.#study.askWithin(this.#options.trials, this.#abort.signal)
      if (trial !== undefined && this.#isOver()) return this.#study.giveBack(trial)
      if (trial !== undefined) this.#launch(trial)
      else if (await this.#isBudgetMet()) return this.#stop('trials')
      else if (await this.#study.isExhausted()) return this.#stop('exhausted')
      else if (this.#running.size === 0 && !(await this.#others.mayGiveBack())) return this.#stop('left')
      else await this.#waitForRoom()
    }
  }

  /** Whether no further trial may start. */
  #isOver(): boolean {
    if (this.#study.clock.now() >= this.#deadline) this.#endInTime()
    return this.#stopped.signal.aborted
  }

  #endInTime(): void {
    if (this.#stopped.signal.aborted) return
    this.#stop('timeout')
    this.#study.notify({
      code: 'TIMEOUT',
      message: `study '${this.#study.name}': the timeout of ${shownTimeout(this.#options.timeout)} is over; no further trial starts`,
    })
  }

  /** No further trial starts. The first reason counts. */
  #stop(end: RunEnd): void {
    this.#end ??= end
    this.#stopped.abort()
  }

  /** Somebody stopped the study; if it was closed, what runs cannot be told either. */
  #onStop(): void {
    this.#stop('stopped')
    if (!this.#study.isClosed) return
    const { name } = this.#study
    const closed = new TuneError('STUDY_CLOSED', `study '${name}' was closed by this process`, { name })
    this.#error ??= { error: closed }
    this.#abort.abort(closed)
  }

  #launch(trial: Trial<P>): void {
    const running = this.#runTrial(trial)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  #fail(error: unknown): void {
    this.#error ??= { error }
    this.#stopped.abort()
  }

  async #runTrial(trial: Trial<P>): Promise<void> {
    let told: Told
    let failure: { readonly error: unknown } | undefined
    try {
      told = await forTrial(trial, async () => this.#objective(trial))
    } catch (error) {
      // It is left as by a process that died: another one may take it over.
      if (this.#study.isClosed) return
      const isPruned = isInstance(error, TrialPruned)
      told = isPruned ? { state: 'pruned' } : { state: 'failed', reason: describeThrown(error) }
      // That somebody asked for parameters that cannot be is this trial's fault alone.
      const isAsked = trial.isEnqueued && isInstance(error, TuneError) && error.code === 'INVALID_PARAMS'
      if (!isPruned && !isAsked) failure = { error }
    }
    const finished = await this.#tell(trial, told)
    if (finished === undefined) return
    for (const callback of this.#options.callbacks ?? []) await callback(this.#study, finished.trial)
    await this.#checkRules()
    if (failure !== undefined) this.#failed(failure.error)
    else if (finished.trial.state === 'failed') this.#countFailure(finished.told)
    else this.#consecutiveFailures = 0
  }

  /**
   * Tells what an objective gave, which may be anything: what is no value fails the trial.
   *
   * @returns `undefined` when another process took the trial over meanwhile: its outcome is theirs.
   */
  async #tell(
    trial: Trial<P>,
    told: Told,
  ): Promise<{ readonly trial: FrozenTrial; readonly told: Told } | undefined> {
    try {
      return { trial: await this.#study.tell(trial, told), told }
    } catch (error) {
      if (isTuneError(error, 'LEASE_LOST')) return undefined
      if (!isTuneError(error, 'INVALID_VALUE')) throw error
      return this.#tell(trial, { state: 'failed', reason: error.message })
    }
  }

  #failed(error: unknown): void {
    // What an aborted objective throws is the abort, not a fault.
    if (this.#abort.signal.aborted) return
    const { catch: caught = false } = this.#options
    const isCaught = typeof caught === 'function' ? caught(error) : caught
    if (!isCaught) throw error
    this.#countFailure(error)
  }

  #countFailure(cause: unknown): void {
    const { maxConsecutiveFailures = 10 } = this.#options
    this.#consecutiveFailures++
    if (this.#consecutiveFailures < maxConsecutiveFailures || this.#abort.signal.aborted) return
    throw new TuneError(
      'TOO_MANY_FAILURES',
      `${this.#consecutiveFailures} trials in a row failed; the last: ${reasonOf(cause)}`,
      { failures: this.#consecutiveFailures },
      cause,
    )
  }

  /** Ends the run where a rule about the study as a whole says so. */
  async #checkRules(): Promise<void> {
    const { goal, maxFailed = Infinity } = this.#options
    if (this.#isOver()) return
    if (goal !== undefined && (await this.#study.hasReached(goal))) return this.#stop('goal')
    if (maxFailed === Infinity) return
    const { failed } = await this.#study.counts()
    if (failed < maxFailed) return
    throw new TuneError(
      'TOO_MANY_FAILURES',
      `${failed} trials failed, and no more than ${maxFailed - 1} may${await this.#lastFailure()}`,
      { failed, maxFailed },
    )
  }

  /** Why a trial of the study failed last, whoever ran it, as the end of a sentence. */
  async #lastFailure(): Promise<string> {
    const failed = (await this.#study.trials()).filter(({ state }) => state === 'failed')
    const last = failed.toSorted((a, b) => (a.completedAt ?? 0) - (b.completedAt ?? 0)).at(-1)
    const reason = last?.systemAttributes[FAILURE]
    return typeof reason === 'string' ? `; the last: ${reason}` : ''
  }

  async #isBudgetMet(): Promise<boolean> {
    const { complete, pruned } = await this.#study.counts()
    return complete + pruned >= (this.#options.trials ?? Number.POSITIVE_INFINITY)
  }

  /** All places are taken. Should one of the trials fail, here or elsewhere, its place is free again. */
  async #waitForRoom(): Promise<void> {
    const polled = this.#study.clock.sleep(POLL_MS, this.#stopped.signal)
    await Promise.race([polled, ...this.#running])
    await this.#takeCareOfOrphans()
  }

  /** Orphans are trials whose process died. Where evaluations outlive their process, they go on here. */
  async #takeCareOfOrphans(): Promise<void> {
    if (this.#options.orphans !== 'adopt') return void (await this.#study.reap())
    for (const trial of await this.#study.adopt(this.#abort.signal, this.#options.location)) {
      if (this.#isOver()) await this.#study.giveBack(trial)
      else this.#launch(trial)
    }
    await this.#study.reap({ leaseGraceMs: this.#abandonAfterMs })
  }

  /** Evaluations may take so long that nobody starts a trial for hours. */
  #lookForOrphans(): Disposable {
    return this.#study.clock.every(ORPHANS_MS, () => {
      if (!this.#stopped.signal.aborted)
        this.#takeCareOfOrphans().catch((error: unknown) => this.#fail(error))
    })
  }

  #abortAll(reason: unknown): void {
    this.#stop('aborted')
    this.#abort.abort(reason)
  }
}

/** `instanceof` for what code of others threw: a proxy may refuse to be looked at. */
function isInstance<T>(thrown: unknown, type: new (...args: never[]) => T): thrown is T {
  try {
    return thrown instanceof type
  } catch {
    return false
  }
}

function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof Error) return cause.message
    if (typeof cause === 'object' && cause !== null && 'reason' in cause) return describeThrown(cause.reason)
  } catch {
    // It does not want to be read.
  }
  return describeThrown(cause)
}

function shownTimeout(timeout: Duration | undefined): string {
  return typeof timeout === 'number' ? `${timeout} ms` : String(timeout)
}

/** See `Study.optimize`. */
export async function optimize<P>(
  study: Study<P>,
  objective: Objective<P>,
  options: OptimizeOptions<P> = {},
): Promise<RunEnd> {
  for (const [name, value] of Object.entries({
    trials: options.trials ?? 1,
    parallel: options.parallel ?? 1,
    maxFailed: options.maxFailed ?? 1,
  })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new TuneError(
      'INVALID_ARGUMENT',
      `${name}: it must be a whole number of at least 1, but is ${value}`,
      {
        [name]: value,
      },
    )
  }
  if (options.goal !== undefined && study.directions.length > 1) {
    throw new TuneError('INVALID_ARGUMENT', 'goal: there can be none in a study with several directions', {
      goal: options.goal,
    })
  }
  return new Optimization(study, objective, options).run()
}
