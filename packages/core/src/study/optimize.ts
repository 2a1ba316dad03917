import { isTuneError, TuneError } from '../errors/tune-error.ts'
import type { FrozenTrial } from '../trial/index.ts'
import type { Trial } from '../trial/trial.ts'
import { TrialPruned } from '../trial/trial-pruned.ts'
import type { Told } from './outcome.ts'
import type { Study } from './study.ts'

/** Evaluates a trial: gives its value, or one for each direction. Throw {@link TrialPruned} to prune it. */
export type Objective<P> = (
  trial: Trial<P>,
) => number | readonly number[] | Promise<number | readonly number[]>

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
  /** After how many milliseconds no further trial starts; those that run finish. Default: never. */
  readonly timeout?: number
  /** Ends everything: no further trial starts, and the signal of those that run is aborted. */
  readonly signal?: AbortSignal
  readonly callbacks?: readonly TrialCallback<P>[]
  /**
   * Which errors of the objective fail only their trial, not the whole run: all of them, or those for which the
   * function says so. Default: none.
   */
  readonly catch?: boolean | ((error: unknown) => boolean)
  /** Give up after this many caught failures without a success between them. Default: 10. */
  readonly maxConsecutiveFailures?: number
}

/** How often a study whose budget is taken looks whether another process gave a part of it back, in ms. */
const POLL_MS = 500

/** One call of `optimize`: slots that run trials independently until the budget is met. */
class Optimization<P> {
  readonly #study: Study<P>
  readonly #objective: Objective<P>
  readonly #options: OptimizeOptions<P>
  readonly #abort = new AbortController()
  readonly #stopped = new AbortController()
  #consecutiveFailures = 0
  #error: { readonly error: unknown } | undefined
  #waiting: Promise<void> | undefined

  constructor(study: Study<P>, objective: Objective<P>, options: OptimizeOptions<P>) {
    this.#study = study
    this.#objective = objective
    this.#options = options
  }

  async run(): Promise<void> {
    const { parallel = 1, timeout, signal } = this.#options
    using _stop = this.#study.onStop(() => this.#stopped.abort())
    const onAbort = () => this.#abortAll(signal?.reason)
    if (signal?.aborted === true) return
    signal?.addEventListener('abort', onAbort, { once: true })
    if (timeout !== undefined)
      void this.#study.clock.sleep(timeout, this.#stopped.signal).then(() => this.#stopped.abort())
    try {
      await this.#study.reap()
      await Promise.all(Array.from({ length: parallel }, () => this.#slot()))
    } finally {
      this.#stopped.abort()
      signal?.removeEventListener('abort', onAbort)
    }
    if (this.#error !== undefined) throw this.#error.error
  }

  /** Runs one trial after the other. */
  async #slot(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        const trial = await this.#study.askWithin(this.#options.trials, this.#abort.signal)
        if (trial !== undefined) await this.#runTrial(trial)
        else if ((await this.#isBudgetMet()) || (await this.#study.isExhausted())) return
        else await this.#waitForRoom()
      } catch (error) {
        this.#error ??= { error }
        this.#stopped.abort()
      }
    }
  }

  async #runTrial(trial: Trial<P>): Promise<void> {
    let told: Told
    let failure: { readonly error: unknown } | undefined
    try {
      told = await this.#objective(trial)
    } catch (error) {
      told = error instanceof TrialPruned ? { state: 'pruned' } : { state: 'failed', reason: String(error) }
      if (!(error instanceof TrialPruned)) failure = { error }
    }
    const finished = await this.#tell(trial, told)
    if (finished === undefined) return
    for (const callback of this.#options.callbacks ?? []) await callback(this.#study, finished)
    if (failure !== undefined) this.#failed(failure.error)
    else if (finished.state !== 'failed') this.#consecutiveFailures = 0
  }

  /** @returns `undefined` when another process took the trial over meanwhile: its outcome is theirs. */
  async #tell(trial: Trial<P>, told: Told): Promise<FrozenTrial | undefined> {
    try {
      return await this.#study.tell(trial, told)
    } catch (error) {
      if (isTuneError(error, 'LEASE_LOST')) return undefined
      if (!isTuneError(error, 'INVALID_VALUE')) throw error
      const finished = await this.#study.tell(trial, { state: 'failed', reason: error.message })
      this.#failed(error)
      return finished
    }
  }

  #failed(error: unknown): void {
    // What an aborted objective throws is the abort, not a fault.
    if (this.#abort.signal.aborted) return
    const { catch: caught = false, maxConsecutiveFailures = 10 } = this.#options
    const isCaught = typeof caught === 'function' ? caught(error) : caught
    if (!isCaught) throw error
    this.#consecutiveFailures++
    if (this.#consecutiveFailures < maxConsecutiveFailures) return
    throw new TuneError(
      'TOO_MANY_FAILURES',
      `${this.#consecutiveFailures} trials in a row failed; the last: ${error instanceof Error ? error.message : String(error)}`,
      { failures: this.#consecutiveFailures },
      error,
    )
  }

  async #isBudgetMet(): Promise<boolean> {
    const { complete, pruned } = await this.#study.counts()
    return complete + pruned >= (this.#options.trials ?? Number.POSITIVE_INFINITY)
  }

  /** All places are taken, but by trials that run elsewhere. Should one fail, its place is free again. */
  #waitForRoom(): Promise<void> {
    this.#waiting ??= this.#study.clock
      .sleep(POLL_MS, this.#stopped.signal)
      .then(() => this.#study.reap())
      .then(() => {
        this.#waiting = undefined
      })
    return this.#waiting
  }

  #abortAll(reason: unknown): void {
    this.#stopped.abort()
    this.#abort.abort(reason)
  }
}

/** See `Study.optimize`. */
export async function optimize<P>(
  study: Study<P>,
  objective: Objective<P>,
  options: OptimizeOptions<P> = {},
): Promise<void> {
  for (const [name, value] of Object.entries({
    trials: options.trials ?? 1,
    parallel: options.parallel ?? 1,
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
  await new Optimization(study, objective, options).run()
}
