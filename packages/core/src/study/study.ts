import type { Clock } from '../clock/clock.ts'
import { milliseconds } from '../clock/duration.ts'
import { systemClock } from '../clock/system-clock.ts'
import { describeJson } from '../errors/describe.ts'
import { isTuneError, TuneError } from '../errors/tune-error.ts'
import { median } from '../pruners/median.ts'
import { type Recommendation, type RecommendOptions, recommend } from '../recommendation/index.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { tpe } from '../samplers/tpe/tpe.ts'
import { type ParamValue, type SearchSpace, toInternal } from '../space/index.ts'
import { readAllTrials } from '../storage/read-all-trials.ts'
import type { FrozenStudy, NewTrial, StudyId, StudyStorage, TrialOwner } from '../storage/study-storage.ts'
import {
  type Attributes,
  type FrozenTrial,
  type JsonValue,
  jsonAttributes,
  paramValues,
} from '../trial/index.ts'
import type { Trial } from '../trial/trial.ts'
import { inProcess, type SamplerExecutor } from '../workers/sampler-executor.ts'
import { samplerPool } from '../workers/sampler-pool.ts'
import { ActiveTrials, FIXED_PARAMS } from './active-trials.ts'
import { paretoFront } from './better.ts'
import type { Direction } from './direction.ts'
import { metricNamesOf } from './metric-names.ts'
import { assertNewTrial } from './new-trial.ts'
import { type Notice, type Notify, warn } from './notice.ts'
import { type Objective, type OptimizeOptions, optimize } from './optimize.ts'
import { outcomeOf, type Told } from './outcome.ts'
import { FAILURE, type RetryPolicy, retryOf } from './retry.ts'
import type { RunEnd } from './run-end.ts'
import type { StudyOptions } from './study-options.ts'
import { type TrialCounts, TrialFeed } from './trial-feed.ts'

/** How long a running trial outlives its process, unless told otherwise, in milliseconds. */
const DEFAULT_LEASE_MS = 15_000
/** How old a heartbeat of Optuna's may be, unless told otherwise, in milliseconds. */
const DEFAULT_HEARTBEAT_GRACE_MS = 600_000

/** What `enqueue` takes besides parameters. */
export interface EnqueueOptions {
  readonly userAttributes?: Attributes
  /** Do nothing where a trial with exactly these parameters waits, runs or is complete. Default: false. */
  readonly skipIfExists?: boolean
}

/** By which right a trial is told that this process does not run. */
export interface TellOptions {
  /** The token of the trial: `trial.token` of whoever asked for it. */
  readonly token?: string
  /** End the trial though a process that lives runs it. Default: false. */
  readonly force?: boolean
}

/**
 * One tuning task: a search space, one or more directions, its trials. Made by `createStudy` and `loadStudy`.
 *
 * @typeParam P the type of a trial's parameters.
 */
export class Study<P = Readonly<Record<string, ParamValue>>> implements AsyncDisposable {
  /** Its identity: random, kept in the storage, never used again. */
  readonly id: StudyId
  readonly name: string
  readonly directions: readonly Direction[]
  /** The names of the values, in the order of the directions; `undefined` where they have none. */
  readonly metricNames: readonly string[] | undefined
  /** Where all chance in this study comes from. */
  readonly seed: number
  readonly storage: StudyStorage
  readonly clock: Clock
  readonly #space: SearchSpace | undefined
  readonly #retry: RetryPolicy
  readonly #executor: SamplerExecutor
  readonly #feed: TrialFeed
  readonly #active: ActiveTrials
  readonly #stops = new Set<() => void>()
  readonly #notify: Notify
  readonly #heartbeatGraceMs: number
  #isClosed = false
  #userAttributes: Attributes

  /** Use `createStudy` or `loadStudy`. */
  constructor(
    frozen: FrozenStudy,
    options: StudyOptions & { readonly storage: StudyStorage; readonly seed: number },
  ) {
    this.id = frozen.id
    this.name = frozen.name
    this.directions = frozen.directions
    this.metricNames = metricNamesOf(frozen)
    this.seed = options.seed
    this.storage = options.storage
    this.clock = options.clock ?? systemClock
    this.#space = structuredClone(options.space)
    this.#notify = options.onNotice ?? warn
    const { lease = DEFAULT_LEASE_MS, heartbeatGrace = DEFAULT_HEARTBEAT_GRACE_MS } = options
    this.#heartbeatGraceMs = milliseconds(heartbeatGrace, 'heartbeatGrace')
    this.#retry = options.retry ?? {}
    const sampler = options.sampler ?? tpe()
    this.#executor = executorFor(sampler, options.workers ?? 1)
    this.#feed = new TrialFeed(options.storage, frozen.id, frozen.directions)
    this.#active = new ActiveTrials({
      studyId: frozen.id,
      studyName: frozen.name,
      seed: options.seed,
      directions: frozen.directions,
      space: this.#space,
      storage: options.storage,
      feed: this.#feed,
      sampler,
      executor: this.#executor,
      pruner: options.pruner ?? median(),
      clock: this.clock,
      leaseMs: milliseconds(lease, 'lease'),
      retry: this.#retry,
      notify: this.#notify,
    })
    this.#userAttributes = frozen.userAttributes
  }

  /**
   * Runs trials until the storage holds `trials` complete or pruned ones, whoever ran them; see
   * {@link OptimizeOptions}.
   *
   * @returns why it ended.
   */
  optimize(objective: Objective<P>, options?: OptimizeOptions<P>): Promise<RunEnd> {
    return optimize(this, objective, options)
  }

  /**
   * Starts a trial: one that waits, or a new one. End it with {@link tell}; until then this process keeps it alive.
   *
   * Calls take turns, so that each suggestion knows those before it.
   *
   * @param signal aborts the trial's own signal.
   * @throws TuneError SPACE_EXHAUSTED: the sampler chooses nothing twice, and every choice is finished or running
   */
  async ask(signal?: AbortSignal): Promise<Trial<P>> {
    const trial = await this.askWithin(undefined, signal)
    if (trial === undefined) {
      throw new TuneError(
        'SPACE_EXHAUSTED',
        `study '${this.name}': the sampler has nothing left to choose; every choice is finished or running`,
        { name: this.name },
      )
    }
    await trial.saved()
    return trial
  }

  /**
   * Starts a trial; gives `undefined` where `budget` trials run, are complete or are pruned already, or where the
   * sampler has nothing left to choose. Its parameters may still be on their way to the storage.
   */
  askWithin(budget: number | undefined, signal?: AbortSignal): Promise<Trial<P> | undefined> {
    return this.#active.start(budget, signal) as Promise<Trial<P> | undefined>
  }

  /**
   * Ends a trial.
   *
   * @param trial the trial, or its number where it was asked for elsewhere: then `options` say by which right, unless no
   * process that lives holds the trial.
   * @param told a value, one value for each direction, or why there is none.
   * @throws TuneError INVALID_VALUE; TRIAL_NOT_FOUND; TRIAL_NOT_RUNNING; LEASE_LOST: another process took the trial
   * over; LEASE_HELD: another process runs it. Nothing is changed then
   */
  async tell(trial: Trial<P> | number, told: Told, options: TellOptions = {}): Promise<FrozenTrial> {
    if (typeof trial === 'number')
      return (await this.#active.finish(trial, told)) ?? this.#finishForeign(trial, told, options)
    return (
      (await this.#active.finish(trial.number, told)) ??
      this.#finishForeign(trial.number, told, { token: trial.token, ...options })
    )
  }

  /** Gives a trial back whose evaluation has not begun: it waits for whoever asks next. */
  giveBack(trial: Trial<P>): Promise<void> {
    return this.#active.giveBack(trial)
  }

  /**
   * Adds a trial that waits to be run with these parameters; the sampler chooses those that are missing.
   * @throws TuneError INVALID_PARAMS: a value that is not in the study's space
   */
  async enqueue(params: Readonly<Record<string, ParamValue>>, options: EnqueueOptions = {}): Promise<void> {
    for (const [name, value] of Object.entries(params)) {
      const distribution = this.#space?.[name]
      if (distribution !== undefined) toInternal(distribution, value, name)
      else if (this.#space !== undefined) {
        throw new TuneError('INVALID_PARAMS', `${name}: the study's space has no such parameter`, {
          name,
          value,
        })
      }
    }
    const userAttributes = jsonAttributes(options.userAttributes ?? {})
    const systemAttributes = jsonAttributes({ [FIXED_PARAMS]: params })
    if (options.skipIfExists === true && (await this.#hasTrialWith(params))) return
    await this.storage.createTrials(this.id, [{ state: 'waiting', systemAttributes, userAttributes }])
  }

  /**
   * Adds a trial that was evaluated elsewhere, or that waits.
   *
   * @throws TuneError INVALID_VALUE: a state that it cannot have, values that are none, too few or too many, a report at
   * no step; INVALID_PARAMS: a value that is not in its distribution; INVALID_DISTRIBUTION; INCOMPATIBLE_DISTRIBUTION;
   * INVALID_NAME
   */
  async add(trial: NewTrial): Promise<FrozenTrial> {
    assertNewTrial(trial, this.directions)
    const [added] = await this.storage.createTrials(this.id, [trial])
    return added as FrozenTrial
  }

  /** Lets every `optimize` of this study in this process end: running trials finish, no other starts. */
  stop(): void {
    for (const stop of this.#stops) stop()
  }

  /** Calls `stop` when the study is stopped, until disposed. */
  onStop(stop: () => void): Disposable {
    this.#stops.add(stop)
    return { [Symbol.dispose]: () => this.#stops.delete(stop) }
  }

  /**
   * Whether the sampler went through all that there is: every choice is complete or pruned, and no trial runs or waits.
   * Only samplers that choose nothing twice, such as grid search, come to an end.
   */
  async isExhausted(): Promise<boolean> {
    await this.#feed.sync()
    return this.#feed.unfinished.size === 0 && this.#active.hasNothingLeft()
  }

  /** How many trials the storage holds in each state. */
  async counts(): Promise<TrialCounts> {
    await this.#feed.sync()
    return this.#feed.counts
  }

  /** All trials by number, read anew. */
  trials(): Promise<readonly FrozenTrial[]> {
    return readAllTrials(this.storage, this.id)
  }

  /**
   * The feasible complete trial with the best value; the earliest of those that tie.
   * @throws TuneError NO_COMPLETE_TRIAL; INVALID_ARGUMENT: the study has several directions
   */
  async bestTrial(): Promise<FrozenTrial> {
    if (this.directions.length > 1) {
      throw new TuneError(
        'INVALID_ARGUMENT',
        `study '${this.name}' has several directions: use bestTrials()`,
        {},
      )
    }
    await this.#feed.sync()
    const { best } = this.#feed
    if (best === undefined) throw this.#noCompleteTrial()
    return best
  }

  /** Whether the best value is as good as a goal. @throws TuneError INVALID_ARGUMENT: the study has several directions */
  async hasReached(goal: number): Promise<boolean> {
    const best = await this.bestTrial().catch((error: unknown) => {
      if (isTuneError(error, 'NO_COMPLETE_TRIAL')) return undefined
      throw error
    })
    const [value] = best?.values ?? []
    if (value === undefined) return false
    return this.directions[0] === 'minimize' ? value <= goal : value >= goal
  }

  /** The parameters of {@link bestTrial}. */
  async bestParams(): Promise<P> {
    return paramValues(await this.bestTrial()) as P
  }

  /**
   * The parameters that are to be expected to be best, of those that trials had: not always those of the trial with the
   * best value, which is partly luck. The values of all trials are smoothed by a Gaussian process over their parameters.
   *
   * @throws TuneError NO_COMPLETE_TRIAL; INVALID_ARGUMENT: the study has several directions
   */
  async recommend(options: RecommendOptions = {}): Promise<Recommendation<P>> {
    if (this.directions.length > 1) {
      const message = `study '${this.name}' has several directions, and so no best parameters: use bestTrials()`
      throw new TuneError('INVALID_ARGUMENT', message, {})
    }
    const recommended = recommend(await this.trials(), this.directions[0] ?? 'minimize', options)
    if (recommended === undefined) throw this.#noCompleteTrial()
    return recommended as Recommendation<P>
  }

  /** The feasible complete trials that no other dominates: the Pareto front. By number. */
  async bestTrials(): Promise<readonly FrozenTrial[]> {
    return paretoFront(await this.trials(), this.directions)
  }

  get userAttributes(): Attributes {
    return this.#userAttributes
  }

  /** Attaches a value of your own to the study: what JSON makes of it now. @throws TuneError INVALID_VALUE, INVALID_NAME */
  async setUserAttribute(key: string, value: JsonValue): Promise<void> {
    const added = jsonAttributes({ [key]: value })
    await this.storage.setStudyAttributes(this.id, 'user', added)
    this.#userAttributes = { ...this.#userAttributes, ...added }
  }

  /**
   * Fails the trials of processes that died, and tries them again as `retry` says: those whose lease has expired, and
   * those of Optuna whose heartbeat is stale. Never those that this process runs.
   *
   * @param options.leaseGraceMs for how long a lease must have been over, in milliseconds. Default: 0.
   * @returns their numbers
   */
  async reap({ leaseGraceMs = 0 }: { readonly leaseGraceMs?: number } = {}): Promise<readonly number[]> {
    return this.storage.reapTrials(this.id, {
      held: await this.#active.held(),
      heartbeatGraceMs: this.#heartbeatGraceMs,
      leaseGraceMs,
      systemAttributes: { [FAILURE]: 'the process that ran it died' },
      requeue: (failed) => retryOf(failed, this.#retry.lost ?? 0),
    })
  }

  /**
   * Takes over the trials of processes that died, where what evaluates them goes on without its process. End them with
   * {@link tell}; until then this process keeps them alive.
   *
   * @param signal aborts the trials' own signals.
   * @param location what this process can reach: trials that are bound to another location are left alone.
   */
  adopt(signal?: AbortSignal, location?: string): Promise<readonly Trial<P>[]> {
    return this.#active.adopt(signal, location) as Promise<readonly Trial<P>[]>
  }

  /** The running trials, and by what sign those who run them show that they live. */
  owners(): Promise<readonly TrialOwner[]> {
    return this.storage.readOwners(this.id)
  }

  /** Says what is no error and no result. */
  notify(notice: Notice): void {
    this.#notify(notice)
  }

  /** Whether the study was disposed of. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Closes the study as disposing of it does, and leaves the trials of this process to whoever goes on at once: their
   * leases end now, not after a while. What evaluates them elsewhere is left alone, so that another process can
   * {@link adopt} them.
   */
  async handOver(): Promise<void> {
    this.#isClosed = true
    this.stop()
    await this.#active.handOver()
  }

  /**
   * Ends the sampler's threads and stops renewing leases. A run of this study ends: the signals of its trials are
   * aborted, it rejects with STUDY_CLOSED, and trials that end with an error then are left for whoever finds them
   * without an owner. The storage stays open: it is its owner's to close.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.stop()
    this.#active[Symbol.dispose]()
    await this.#executor[Symbol.asyncDispose]()
  }

  #noCompleteTrial(): TuneError {
    const message = `study '${this.name}' has no feasible complete trial yet`
    return new TuneError('NO_COMPLETE_TRIAL', message, { name: this.name })
  }

  /** Ends a trial that another process, or this one before it was started again, asked for. */
  async #finishForeign(number: number, told: Told, right: TellOptions): Promise<FrozenTrial> {
    const trial = (await this.trials())[number]
    if (trial === undefined) {
      throw new TuneError('TRIAL_NOT_FOUND', `study '${this.name}' has no trial ${number}`, { number })
    }
    const last = [...trial.intermediateValues].sort(([a], [b]) => a - b).at(-1)?.[1]
    const { state, values } = outcomeOf(told, this.directions, last)
    await this.storage.finishTrial({ studyId: this.id, trialId: trial.id, ...right }, { state, values })
    return { ...trial, state, values, completedAt: this.clock.now() }
  }

  async #hasTrialWith(params: Readonly<Record<string, ParamValue>>): Promise<boolean> {
    const wanted = describeJson(sorted(params))
    return (await this.trials()).some((trial) => {
      if (trial.state === 'failed') return false
      const fixed = trial.systemAttributes[FIXED_PARAMS] as Readonly<Record<string, ParamValue>> | undefined
      return describeJson(sorted(fixed ?? paramValues(trial))) === wanted
    })
  }
}

function sorted(params: Readonly<Record<string, ParamValue>>): [string, ParamValue][] {
  return Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
}

function executorFor(sampler: Sampler, workers: number): SamplerExecutor {
  return sampler.threaded && workers > 0 ? samplerPool(sampler, workers) : inProcess(sampler)
}
