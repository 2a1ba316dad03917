import type { Clock } from '../clock/clock.ts'
import { isTuneError } from '../errors/tune-error.ts'
import { aggregated } from '../metrics/aggregate.ts'
import { excess, type ReportRule, reportRules } from '../metrics/metric-rules.ts'
import type { MetricValues } from '../metrics/metric-values.ts'
import type { ParamValue } from '../space/index.ts'
import type { Told } from '../study/outcome.ts'
import type { Trial } from '../trial/trial.ts'
import { TrialPruned } from '../trial/trial-pruned.ts'
import type { EvaluateOptions } from './evaluate-with.ts'
import { LOCATION } from './location.ts'
import { Reading, StepTable } from './readings.ts'
import { resultAttribute, resultsOf } from './results.ts'
import type { RunEvent, RunReference } from './runner.ts'
import type { Slots } from './slots.ts'

/** The options with their defaults, and what all trials of an objective share. */
export interface EvaluationPlan<P>
  extends Required<Omit<EvaluateOptions<P>, 'instances' | 'atOnce' | 'memory' | 'params' | 'timeLimit'>> {
  readonly instances?: readonly string[]
  readonly atOnce?: number
  readonly memory: string | undefined
  readonly clock: Clock
  readonly timeLimitMs: number
  /** The limit as somebody wrote it. */
  readonly timeLimit: string
  readonly slots: Slots
}

/** One of the things that a trial consists of: an instance at its place, or the whole. */
interface Part {
  readonly place: number
  readonly instance: string | undefined
}

/** The system attribute that says how to find a run; that of later attempts, or of one instance, is called after it. */
const RUN = 'tune:run'
/** The system attribute of the slot that a trial's runs have. */
const SLOT = 'tune:slot'

/** Why a trial comes to no value. */
class Failure extends Error {}

type End = Extract<RunEvent, { kind: 'end' }>

/** The evaluation of one trial: its parts, their runs, what came out so far. */
export class Evaluation<P> implements Disposable {
  readonly #plan: EvaluationPlan<P>
  readonly #trial: Trial<P>
  readonly #params: Readonly<Record<string, ParamValue>>
  readonly #parts: readonly Part[]
  /** The metrics that must be there, and how their reports become values. */
  readonly #wanted: Readonly<Record<string, ReportRule>>
  readonly #slot: number
  /** Whether another process had the trial before this one. */
  readonly #isTakenOver: boolean
  readonly #results = new Map<Part, MetricValues>()
  /** Ends all runs of the trial: with why. */
  readonly #end = new AbortController()
  readonly #signal: AbortSignal

  constructor(plan: EvaluationPlan<P>, trial: Trial<P>, params: Readonly<Record<string, ParamValue>>) {
    this.#plan = plan
    this.#trial = trial
    this.#params = params
    this.#parts = (plan.instances ?? [undefined]).map((instance, place) => ({ place, instance }))
    this.#wanted = reportRules(plan.metrics, plan.constraints)
    this.#signal = AbortSignal.any([trial.signal, this.#end.signal])
    const kept = trial.systemAttributes[SLOT]
    this.#slot = plan.slots.take(typeof kept === 'number' ? kept : undefined)
    this.#isTakenOver = kept !== undefined
    if (kept === undefined && plan.runner.endsWithProcess !== true) this.#keep()
    this.#limitTime(kept === undefined ? undefined : trial.startedAt)
  }

  async run(): Promise<Told> {
    try {
      await this.#recall()
      await this.#trial.saved()
      await this.#evaluateAll()
      return await this.#outcome()
    } catch (error) {
      const reason: unknown = this.#end.signal.aborted ? this.#end.signal.reason : error
      if (reason instanceof Failure) return { state: 'failed', reason: reason.message }
      if (reason instanceof TrialPruned && this.#plan.instances !== undefined)
        return { state: 'pruned', values: this.#values() }
      throw reason
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort()
    this.#plan.slots.free(this.#slot)
  }

  /** Keeps with the trial what another process must know of its runs, before there are any. */
  #keep(): void {
    const { location } = this.#plan.runner
    this.#trial.setSystemAttributes({
      [SLOT]: this.#slot,
      ...(location !== undefined && { [LOCATION]: location }),
    })
  }

  /** @param begunAt when the trial began, where another process began it. */
  #limitTime(begunAt: number | null | undefined): void {
    const { timeLimitMs, timeLimit, clock } = this.#plan
    if (timeLimitMs === Infinity) return
    const left = timeLimitMs - (clock.now() - (begunAt ?? clock.now()))
    const isOver = () => this.#end.abort(new Failure(`it took longer than ${timeLimit}`))
    void clock.sleep(Math.max(left, 0), this.#end.signal).then(isOver)
  }

  /** Takes what this trial had before its process died, and what other trials had with the same parameters. */
  async #recall(): Promise<void> {
    const { memory } = this.#plan
    const own = resultsOf(this.#trial.systemAttributes)
    for (const part of this.#parts) {
      const known =
        own.get(part.place)?.metrics ??
        (memory === undefined ? undefined : this.#trial.remembered(memory, part.instance))
      if (known !== undefined && this.#fault(known) === undefined) await this.#take(part, known)
    }
  }

  async #evaluateAll(): Promise<void> {
    const groups = this.#groups()
    const queue = groups.values()
    const work = async () => {
      for (const group of queue) await this.#evaluate(group)
    }
    const { runner, atOnce = 1 } = this.#plan
    const runsAtOnce = runner.takesAllInstances === true ? 1 : Math.min(atOnce, groups.length)
    const workers = Array.from({ length: runsAtOnce }, () =>
      work().catch((error: unknown) => this.#end.abort(error)),
    )
    await Promise.all(workers)
    this.#signal.throwIfAborted()
  }

  /** The parts that have a run together: the same whoever asks, so that runs are found again. */
  #groups(): readonly (readonly Part[])[] {
    const { runner, atOnce = this.#parts.length } = this.#plan
    const size = runner.takesAllInstances === true ? atOnce : 1
    return Array.from({ length: Math.ceil(this.#parts.length / size) }, (_, i) =>
      this.#parts.slice(i * size, (i + 1) * size),
    )
  }

  /** Evaluates some parts in one run, and those that fail in another one. */
  async #evaluate(group: readonly Part[]): Promise<void> {
    const [first] = group
    const isWhole = group.length === this.#parts.length && this.#plan.runner.takesAllInstances === true
    const place = isWhole || first?.instance === undefined ? '' : first.place
    let attempt = 0
    while (Object.hasOwn(this.#trial.systemAttributes, runAttribute(place, attempt + 1))) attempt++
    for (; ; attempt++) {
      const wanted = group.filter((part) => !this.#results.has(part))
      if (wanted.length === 0) return
      const { failure, retry = true } = await this.#attempt(wanted, attempt, runAttribute(place, attempt))
      const missing = wanted.filter((part) => !this.#results.has(part))
      if (missing.length === 0) return
      const names = missing.flatMap(({ instance }) => instance ?? [])
      const why = failure ?? 'the run ended without a result'
      if (!retry || attempt >= this.#plan.retries)
        throw new Failure(names.length === 0 ? why : `${names.join(', ')}: ${why}`)
    }
  }

  /** One run, to its end. */
  async #attempt(wanted: readonly Part[], attempt: number, attribute: string): Promise<Omit<End, 'kind'>> {
    const { runner } = this.#plan
    this.#signal.throwIfAborted()
    const reference = this.#trial.systemAttributes[attribute] ?? (await this.#start(wanted, attempt))
    try {
      if (runner.endsWithProcess !== true) {
        this.#trial.setSystemAttributes({ [attribute]: reference })
        await this.#trial.saved()
      }
      return await this.#watch(reference, wanted)
    } catch (error) {
      // How the trial ends does not hang on it: what cannot be stopped now is ended by whoever looks next.
      if (!(await this.#isLeftToOthers())) await runner.stop(reference).catch(() => {})
      throw error
    }
  }

  /** Whether another process has the trial, or may come to have it, and so its runs. */
  async #isLeftToOthers(): Promise<boolean> {
    const { reason } = this.#trial.signal as { readonly reason: unknown }
    if (isTuneError(reason, 'STUDY_CLOSED')) return true
    if (!isTuneError(reason, 'LEASE_LOST')) return false
    // Where the storage does not say, whoever adopts the trial finds its runs.
    return this.#trial.isRunning().catch(() => true)
  }

  #start(wanted: readonly Part[], attempt: number): Promise<RunReference> {
    const { runner, study, instances } = this.#plan
    const { studyId, number } = this.#trial
    const request = {
      study,
      studyId,
      number,
      params: this.#params,
      attempt,
      slot: this.#slot,
      mayExist: this.#isTakenOver,
    }
    const names = wanted.map(({ instance }) => instance as string)
    return runner.start(instances === undefined ? request : { ...request, instances: names }, this.#signal)
  }

  async #watch(reference: RunReference, wanted: readonly Part[]): Promise<Omit<End, 'kind'>> {
    const { runner, metrics, instances } = this.#plan
    const readings = new Map(wanted.map((part) => [part, new Reading(this.#wanted)]))
    const steps = new StepTable(Object.keys(metrics))
    const partOf = (instance: string | undefined) =>
      instance === undefined && wanted.length === 1
        ? wanted[0]
        : wanted.find((part) => part.instance === instance)
    for await (const event of runner.watch(reference, this.#signal)) {
      if (event.kind === 'end') {
        const faults = event.failure === undefined ? await this.#close(readings) : []
        return faults.length === 0 ? event : { failure: faults.join('; ') }
      }
      const part = partOf(event.instance)
      const reading = part && readings.get(part)
      if (part === undefined || reading === undefined) continue
      if (event.kind === 'report') {
        reading.report(event.step, event.metrics)
        if (instances === undefined) await this.#report(steps.add(event.step, event.metrics), event.step)
      } else {
        reading.result(event.metrics)
        // What is said of an instance by its name is said for good; of the whole, it is for as long as the run goes well.
        if (event.instance !== undefined && this.#fault(reading.metrics()) === undefined)
          await this.#take(part, reading.metrics())
      }
      this.#signal.throwIfAborted()
    }
    this.#signal.throwIfAborted()
    return {}
  }

  /** Takes the parts of a run that went well. @returns what is missing, in words */
  async #close(readings: ReadonlyMap<Part, Reading>): Promise<readonly string[]> {
    const faults: string[] = []
    for (const [part, reading] of readings) {
      if (this.#results.has(part)) continue
      const metrics = reading.metrics()
      const fault = this.#fault(metrics)
      if (fault === undefined) await this.#take(part, metrics)
      else faults.push(fault)
    }
    return faults
  }

  /** What keeps these metrics from being a result. */
  #fault(metrics: MetricValues): string | undefined {
    for (const name of Object.keys(this.#wanted)) {
      const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined
      if (value === undefined) return `it gave no value of '${name}'`
      if (Number.isNaN(value)) return `'${name}' must be a number, but is NaN`
    }
    return undefined
  }

  /** Takes the metrics of a part: they are kept with the trial, and those of an instance are its report. */
  async #take(part: Part, metrics: MetricValues): Promise<void> {
    if (this.#results.has(part)) return
    const { place, instance } = part
    const { memory, instances } = this.#plan
    this.#results.set(part, metrics)
    const result = {
      metrics,
      ...(instance !== undefined && { instance }),
      ...(memory !== undefined && { of: memory }),
    }
    if (!resultsOf(this.#trial.systemAttributes).has(place))
      this.#trial.setSystemAttributes(resultAttribute(place, result))
    if (instances !== undefined) await this.#report(this.#valuesOf(metrics), place)
  }

  async #report(values: readonly number[] | undefined, step: number): Promise<void> {
    if (values === undefined) return
    await this.#trial.report(values, step)
    if (this.#plan.mayPrune(this.#trial) && (await this.#trial.shouldPrune())) {
      this.#end.abort(new TrialPruned())
      this.#signal.throwIfAborted()
    }
  }

  #valuesOf(metrics: MetricValues): readonly number[] {
    return Object.keys(this.#plan.metrics).map((name) => metrics[name] as number)
  }

  /** What the parts that are known aggregate to. */
  #aggregate(name: string): number {
    const values = this.#parts.flatMap((part) => this.#results.get(part)?.[name] ?? [])
    const { metrics, constraints, instances } = this.#plan
    const rule = metrics[name] ?? constraints[name]
    return instances === undefined ? (values[0] as number) : aggregated(values, rule?.aggregate)
  }

  #values(): readonly number[] {
    return Object.keys(this.#plan.metrics).map((name) => this.#aggregate(name))
  }

  async #outcome(): Promise<Told> {
    for (const [name, rule] of Object.entries(this.#plan.constraints))
      await this.#trial.setConstraint(name, excess(this.#aggregate(name), rule))
    return this.#values()
  }
}

/** `tune:run`, `tune:run:3`, `tune:run::1`, `tune:run:3:1`. @param place that of an instance with a run of its own, or nothing */
function runAttribute(place: number | '', attempt: number): string {
  const parts = attempt > 0 ? [place, attempt] : place === '' ? [] : [place]
  return [RUN, ...parts].join(':')
}
