import type { Clock } from '../clock/clock.ts'
import { describeJson, describeThrown } from '../errors/describe.ts'
import { isTuneError, TuneError } from '../errors/tune-error.ts'
import { type ReportedTrial, reportedTrial } from '../history/index.ts'
import type { PruneDecision, Pruner } from '../pruners/pruner.ts'
import { isElsewhere } from '../runner/location.ts'
import type { Decision, PendingTrial, Sampler } from '../samplers/sampler.ts'
import {
  contains,
  type Distribution,
  isSingle,
  type ParamValue,
  type SearchSpace,
  toInternal,
} from '../space/index.ts'
import type { Lease, StartedTrial, StudyId, StudyStorage } from '../storage/study-storage.ts'
import { Measure, measured } from '../telemetry/measure.ts'
import { keepMeasure } from '../telemetry/trial-measures.ts'
import type { FrozenTrial, JsonValue, Reports } from '../trial/index.ts'
import { Trial, type TrialHost } from '../trial/trial.ts'
import type { SamplerExecutor } from '../workers/sampler-executor.ts'
import type { Direction } from './direction.ts'
import { endTrial } from './end-trial.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { Notify } from './notice.ts'
import { outcomeOf, type Told } from './outcome.ts'
import { FAILURE, keptReason, type RetryPolicy } from './retry.ts'
import type { TrialFeed } from './trial-feed.ts'

/** The system attribute of a trial whose parameters somebody asked for: Optuna's name. */
export const FIXED_PARAMS = 'fixed_params'
/** The system attribute that says why a trial was pruned. */
const PRUNING = 'tune:pruned'

/** What is needed to run trials of one study. */
export interface ActiveTrialsOptions {
  readonly studyId: StudyId
  readonly studyName: string
  readonly seed: number
  readonly directions: readonly Direction[]
  readonly space: SearchSpace | undefined
  readonly storage: StudyStorage
  readonly feed: TrialFeed
  readonly sampler: Sampler
  readonly executor: SamplerExecutor
  readonly pruner: Pruner
  readonly clock: Clock
  readonly leaseMs: number
  readonly retry: RetryPolicy
  readonly notify: Notify
}

/** A trial that this process runs. */
export interface Active {
  readonly trial: Trial<unknown>
  readonly lease: Lease
  /** How long it takes. */
  readonly measure: Measure
}

/** The trials that this process runs: starts them, has their parameters chosen, keeps their leases, ends them. */
export class ActiveTrials implements Disposable {
  readonly #active = new Map<number, Active>()
  readonly #options: ActiveTrialsOptions
  readonly #leases: LeaseKeeper
  readonly #host: TrialHost
  #starting: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: ActiveTrialsOptions) {
    const { storage, clock, leaseMs, feed, notify } = options
    this.#options = options
    this.#leases = new LeaseKeeper(storage, clock, leaseMs, notify)
    this.#host = {
      suggest: async (number, name, distribution) => {
        const chosen = this.#active.get(number)?.trial.pendingParams() ?? {}
        const { params } = await this.#suggest(number, { [name]: distribution }, chosen)
        return params[name] as number
      },
      directions: options.directions.length,
      prune: (number, reports) => this.#prune(number, reports),
      isRunning: async (number) => {
        const owners = await storage.readOwners(options.studyId)
        return owners.some((owner) => owner.number === number)
      },
      remembered: (of, params, instance) => feed.results.get(of, params, instance),
      distributionOf: (name) => feed.distributionOf(name),
      assertStorable: (additions) => storage.assertStorable(additions),
      extend: (lease, additions) => storage.extendTrial(lease, additions),
    }
  }

  /** How many trials this process runs now. */
  get size(): number {
    return this.#active.size
  }

  /** Whether the sampler has no choice left, all being finished or taken by running trials. As last read. */
  hasNothingLeft(): boolean {
    const { sampler, seed, directions, space, feed } = this.#options
    const history = feed.history.snapshot()
    return sampler.remaining?.({ seed, directions, space, history, pending: this.#pending() }) === 0
  }

  /** Starts a trial, or none where the budget or the sampler's choices are used up. Calls take turns: each knows the choices before it. */
  start(budget: number | undefined, signal: AbortSignal | undefined): Promise<Trial<unknown> | undefined> {
    const starting = this.#starting.then(() => this.#start(budget, signal))
    this.#starting = starting.catch(() => {})
    return starting
  }

  /**
   * Ends a trial that this process runs; `undefined` when it runs none of that number. It ends whatever the storage
   * refuses of it.
   */
  async finish(number: number, told: Told): Promise<FrozenTrial | undefined> {
    const active = this.#active.get(number)
    if (active === undefined) return undefined
    const { trial, lease, measure } = active
    const outcome = outcomeOf(told, this.#options.directions, trial.lastIntermediate())
    const { state, reason } = outcome
    const why = state === 'pruned' ? (reason ?? trial.pruneReason) : reason
    const attribute = state === 'pruned' ? PRUNING : FAILURE
    const attributes: Record<string, JsonValue> = why === undefined ? {} : { [attribute]: keptReason(why) }
    try {
      const finished = await measure.run(() => endTrial(active, outcome, attributes, this.#options))
      measure.end({ 'tune.state': finished.state }, finished.state === 'failed' ? why : undefined)
      this.#options.feed.told(finished)
      return finished
    } catch (error) {
      measure.end({ 'tune.state': 'lost' }, describeThrown(error))
      throw error
    } finally {
      this.#active.delete(number)
      this.#leases.release(lease)
    }
  }

  /** Gives a trial back whose evaluation has not begun. */
  async giveBack({ number }: Trial<unknown>): Promise<void> {
    const active = this.#active.get(number)
    if (active === undefined) return
    await active.trial.rest()
    active.measure.end({ 'tune.state': 'waiting' })
    this.#active.delete(number)
    this.#leases.release(active.lease)
    try {
      await this.#options.storage.releaseTrial(active.lease)
    } catch (error) {
      // Somebody else has it already.
      if (!isTuneError(error, 'LEASE_LOST')) throw error
    }
  }

  /** Tokens of leases that this process holds, after they were renewed: its trials are no orphans. */
  async held(): Promise<ReadonlySet<string>> {
    await this.#leases.renew()
    return this.#leases.held
  }

  /** Takes over the trials of dead processes. */
  async adopt(
    signal: AbortSignal | undefined,
    location: string | undefined,
  ): Promise<readonly Trial<unknown>[]> {
    const { storage, studyId, leaseMs, feed } = this.#options
    await feed.sync()
    const elsewhere = [...feed.unfinished.values()].filter((trial) => isElsewhere(trial, location))
    const except = new Set(elsewhere.map(({ number }) => number))
    const adopted = await storage.adoptTrials(studyId, leaseMs, { held: await this.held(), except })
    const trials: Trial<unknown>[] = []
    // Its process may have died before all parameters were chosen.
    for (const started of adopted) trials.push(...(await this.#begin(started, signal)))
    return trials
  }

  /** Closes this, and leaves all trials to whoever goes on. */
  async handOver(): Promise<void> {
    this.#isClosed = true
    // One that was started meanwhile waits again.
    await this.#starting
    for (const { measure } of this.#active.values()) measure.end({ 'tune.state': 'running' })
    await this.#leases.giveUp()
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#leases[Symbol.dispose]()
  }

  /** @throws TuneError STUDY_CLOSED */
  #assertOpen(cause?: unknown): void {
    if (!this.#isClosed) return
    const { studyName: name } = this.#options
    throw new TuneError('STUDY_CLOSED', `study '${name}' was closed by this process`, { name }, cause)
  }

  async #start(
    budget: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Trial<unknown> | undefined> {
    const { storage, studyId, leaseMs, feed, sampler } = this.#options
    for (;;) {
      this.#assertOpen()
      if (sampler.remaining !== undefined) {
        await feed.sync()
        if (feed.counts.waiting === 0 && this.hasNothingLeft()) return undefined
      }
      const started = await storage.startTrial(
        studyId,
        budget === undefined ? { leaseMs } : { leaseMs, budget },
      )
      if (started === undefined) return undefined
      const [trial] = await this.#begin(started, signal)
      if (trial !== undefined) return trial
    }
  }

  /**
   * Makes a trial ready that is this process's now. Where somebody asked for parameters that cannot be, it fails: it is
   * that trial's fault alone.
   *
   * @returns the trial, or none
   */
  async #begin(
    { trial: frozen, lease }: StartedTrial,
    signal: AbortSignal | undefined,
  ): Promise<readonly Trial<unknown>[]> {
    const { storage, notify, studyName } = this.#options
    const lost = this.#leases.keep(lease, frozen.number)
    const measure = new Measure('tune.trial', { 'tune.study': studyName }, { 'tune.number': frozen.number })
    const started = { frozen, lease, measure }
    try {
      const aborts = signal === undefined ? lost : AbortSignal.any([lost, signal])
      return [await measure.run(() => this.#prepare(started, aborts))]
    } catch (error) {
      measure.end({ 'tune.state': this.#isClosed ? 'waiting' : 'failed' }, describeThrown(error))
      this.#active.delete(frozen.number)
      this.#leases.release(lease)
      if (this.#isClosed) {
        await storage.releaseTrial(lease).catch(() => {})
        throw error
      }
      const reason = keptReason(describeThrown(error))
      const failed = { state: 'failed', values: null, systemAttributes: { [FAILURE]: reason } } as const
      await storage.finishTrial(lease, failed).catch(() => {})
      const isAsked = Object.hasOwn(frozen.systemAttributes, FIXED_PARAMS)
      if (!isAsked || !isTuneError(error, 'INVALID_PARAMS')) throw error
      notify({ code: 'TRIAL_REFUSED', message: `trial ${frozen.number} failed: ${error.message}` })
      return []
    }
  }

  /** Chooses the parameters of a trial that was started. */
  async #prepare(
    { frozen, lease, measure }: Omit<Active, 'trial'> & { readonly frozen: FrozenTrial },
    signal: AbortSignal,
  ): Promise<Trial<unknown>> {
    await this.#options.feed.sync()
    const fixed = fixedParams(frozen)
    const joint = await this.#chooseTogether(frozen, fixed)
    const trial = new Trial<unknown>(this.#host, { frozen, lease, fixed, joint, signal })
    this.#active.set(frozen.number, { trial, lease, measure })
    keepMeasure(trial, measure)
    for (const [name, distribution] of Object.entries(this.#options.space ?? {}))
      await trial.suggest(name, distribution)
    return trial
  }

  /** One decision for all parameters that are known beforehand and open. */
  async #chooseTogether(
    frozen: FrozenTrial,
    fixed: Readonly<Record<string, ParamValue>>,
  ): Promise<Readonly<Record<string, number>>> {
    const { space, feed } = this.#options
    const open: Record<string, Distribution> = {}
    const chosen: Record<string, number> = {}
    for (const [name, { internal }] of frozen.params) chosen[name] = internal
    for (const [name, distribution] of Object.entries(space ?? feed.history.commonSpace())) {
      if (frozen.params.has(name)) continue
      if (Object.hasOwn(fixed, name))
        Object.assign(chosen, asked(name, distribution, fixed[name] as ParamValue))
      else if (!isSingle(distribution)) open[name] = distribution
    }
    if (Object.keys(open).length === 0) return {}
    return (await this.#suggest(frozen.number, open, chosen)).params
  }

  async #suggest(
    number: number,
    space: SearchSpace,
    chosen: Readonly<Record<string, number>>,
  ): Promise<Decision> {
    const { executor, feed, seed, directions, sampler } = this.#options
    this.#assertOpen()
    const request = {
      seed,
      number,
      space,
      directions,
      history: feed.history.snapshot(),
      pending: this.#pending(number),
      chosen,
    }
    try {
      return await measured('tune.suggest', { 'tune.sampler': sampler.name }, () => executor.suggest(request))
    } catch (error) {
      // Its threads were ended under it.
      this.#assertOpen(error)
      throw error
    }
  }

  #prune(number: number, reports: Reports): PruneDecision {
    const { pruner, feed, seed, studyName, directions } = this.#options
    const running: ReportedTrial[] = []
    for (const trial of feed.unfinished.values()) {
      if (trial.state !== 'running' || trial.number === number || feed.isTold(trial.number)) continue
      const known = reportedTrial(trial, directions.length)
      const active = this.#active.get(trial.number)
      running.push(active === undefined ? known : { ...known, reports: active.trial.reports })
    }
    return pruner.prune({
      seed,
      study: studyName,
      number,
      directions,
      reports,
      finished: feed.finished(),
      running,
    })
  }

  /** Running trials other than that one: as storage shows them, or as this process knows them better. */
  #pending(number?: number): PendingTrial[] {
    const pending: PendingTrial[] = []
    for (const running of this.#options.feed.unfinished.values()) {
      if (running.state !== 'running' || running.number === number || this.#active.has(running.number))
        continue
      const params: Record<string, number> = {}
      for (const [name, { internal }] of running.params) params[name] = internal
      pending.push({ number: running.number, params })
    }
    for (const { trial } of this.#active.values()) {
      if (trial.number !== number) pending.push({ number: trial.number, params: trial.pendingParams() })
    }
    return pending.sort((a, b) => a.number - b.number)
  }
}

/** The internal value of what somebody asked for, where it is in the distribution. */
function asked(name: string, distribution: Distribution, value: ParamValue): Record<string, number> {
  if (distribution.kind === 'categorical') return { [name]: toInternal(distribution, value, name) }
  return typeof value === 'number' && contains(distribution, value) ? { [name]: value } : {}
}

/** @throws TuneError INVALID_PARAMS: what somebody asked for is no mapping of parameters */
function fixedParams({ systemAttributes, number }: FrozenTrial): Readonly<Record<string, ParamValue>> {
  const fixed = systemAttributes[FIXED_PARAMS] ?? {}
  if (typeof fixed === 'object' && !Array.isArray(fixed)) return fixed as Readonly<Record<string, ParamValue>>
  throw new TuneError(
    'INVALID_PARAMS',
    `${FIXED_PARAMS}: it must be a mapping of parameters, but is ${describeJson(fixed)}`,
    { number },
  )
}
