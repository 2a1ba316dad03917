import { describeValue } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import type { MetricValues } from '../metrics/metric-values.ts'
import type { PruneDecision } from '../pruners/pruner.ts'
import {
  assertCompatible,
  categorical,
  contains,
  type Distribution,
  describeDistribution,
  type FloatOptions,
  float,
  type IntOptions,
  int,
  type JsonScalar,
  type ParamValue,
  singleValue,
  toExternal,
  toInternal,
} from '../space/index.ts'
import type { Lease, StudyId, TrialAdditions } from '../storage/study-storage.ts'
import type { Attributes, JsonValue } from './attributes.ts'
import { CONSTRAINT_PREFIX } from './constraints.ts'
import type { FrozenTrial, TrialParam } from './frozen-trial.ts'
import { jsonAttributes, jsonValue } from './json.ts'
import { assertStep, type ReportLog, type Reports, readReports, reportAttribute } from './reports.ts'
import type { FinishedState } from './trial-state.ts'
import { type Refused, TrialWriter } from './trial-writer.ts'

/** What a running trial needs from its study. */
export interface TrialHost {
  /** How many values a report has. */
  readonly directions: number
  /** Whether a trial with these reports is worth finishing. */
  prune(number: number, reports: Reports): PruneDecision
  /** Chooses one parameter by itself. @returns its internal value */
  suggest(number: number, name: string, distribution: Distribution): Promise<number>
  /** Whether any process runs the trial. */
  isRunning(number: number): Promise<boolean>
  /** What trials of the study had with these parameters on an instance. */
  remembered(
    of: string,
    params: Readonly<Record<string, ParamValue>>,
    instance: string | undefined,
  ): MetricValues | undefined
  /** The distribution under which the study has seen a parameter. */
  distributionOf(name: string): Distribution | undefined
  /** @throws TuneError what the storage could never keep */
  assertStorable(additions: TrialAdditions): void
  extend(lease: Lease, additions: TrialAdditions): Promise<void>
}

/** What is known of a trial when its evaluation begins. */
export interface TrialStart {
  readonly frozen: FrozenTrial
  readonly lease: Lease
  /** Values that somebody asked for, by name, as an objective would see them. */
  readonly fixed: Readonly<Record<string, ParamValue>>
  /** Internal values that the sampler has chosen together already. */
  readonly joint: Readonly<Record<string, number>>
  readonly signal: AbortSignal
}

/**
 * A running trial, as its objective sees it.
 *
 * @typeParam P the type of {@link params}: from the study's space, or a record that grows with each suggestion.
 */
export class Trial<P = Readonly<Record<string, ParamValue>>> {
  /** The storage's identity of the trial. */
  readonly id: number
  /** The trial's place in its study: 0, 1, 2, … */
  readonly number: number
  /**
   * Aborts when the evaluation should end: the study was aborted, its time is over, or another process has taken
   * the trial. Hand it to whatever the objective starts.
   */
  readonly signal: AbortSignal
  readonly #host: TrialHost
  readonly #start: TrialStart
  readonly #params: Map<string, TrialParam>
  readonly #values: Record<string, ParamValue> = {}
  readonly #reports: ReportLog
  #pruneReason: string | undefined
  #userAttributes: Attributes
  #systemAttributes: Attributes
  readonly #writer: TrialWriter

  constructor(host: TrialHost, start: TrialStart) {
    const { frozen } = start
    this.id = frozen.id
    this.number = frozen.number
    this.signal = start.signal
    this.#host = host
    this.#writer = new TrialWriter((additions) => host.extend(start.lease, additions))
    this.#start = start
    this.#params = new Map(frozen.params)
    this.#reports = readReports(frozen, host.directions)
    this.#userAttributes = frozen.userAttributes
    this.#systemAttributes = frozen.systemAttributes
    for (const [name, { distribution, internal }] of frozen.params) {
      this.#values[name] = toExternal(distribution, internal)
    }
  }

  /** The parameters: all of a typed space, or those suggested so far. */
  get params(): P {
    return this.#values as P
  }

  /**
   * The right to end this trial, as text that can be handed on: `study.tell(number, value, { token })` in another
   * process. Worthless once the trial has ended or its lease was lost.
   */
  get token(): string {
    return this.#start.lease.token
  }

  /** The identity of its study. */
  get studyId(): StudyId {
    return this.#start.lease.studyId
  }

  /** Whether somebody asked for some of its parameters. */
  get isEnqueued(): boolean {
    return Object.keys(this.#start.fixed).length > 0
  }

  get userAttributes(): Attributes {
    return this.#userAttributes
  }

  /** Suggests a float from `low` to `high`, both included. @throws TuneError as {@link float} does, and INCOMPATIBLE_DISTRIBUTION */
  async suggestFloat(name: string, low: number, high: number, options?: FloatOptions): Promise<number> {
    return (await this.suggest(name, float(low, high, options))) as number
  }

  /** Suggests an integer from `low` to `high`, both included. @throws TuneError as {@link int} does, and INCOMPATIBLE_DISTRIBUTION */
  async suggestInt(name: string, low: number, high: number, options?: IntOptions): Promise<number> {
    return (await this.suggest(name, int(low, high, options))) as number
  }

  /** Suggests one of the choices. @throws TuneError as {@link categorical} does, and INCOMPATIBLE_DISTRIBUTION */
  async suggestCategorical<const Choice extends JsonScalar>(
    name: string,
    choices: readonly Choice[],
  ): Promise<Choice> {
    return (await this.suggest(name, categorical(choices))) as Choice
  }

  /**
   * Suggests a parameter; asked again, it gives the same value.
   *
   * @throws TuneError INCOMPATIBLE_DISTRIBUTION: the study knows the parameter under a distribution that this one
   * does not fit; INVALID_PARAMS: the trial was enqueued with a value that is not in the distribution.
   */
  async suggest(name: string, distribution: Distribution): Promise<ParamValue> {
    const known = this.#params.get(name)
    if (known !== undefined) {
      assertCompatible(name, known.distribution, distribution)
      return toExternal(known.distribution, known.internal)
    }
    const earlier = this.#host.distributionOf(name)
    if (earlier !== undefined) assertCompatible(name, earlier, distribution)
    // A long list of choices may be too long to be kept.
    if (distribution.kind === 'categorical')
      this.#host.assertStorable({ params: new Map([[name, { distribution, internal: 0 }]]) })
    const internal = await this.#choose(name, distribution)
    const param = { distribution, internal }
    this.#params.set(name, param)
    const value = toExternal(distribution, internal)
    Object.defineProperty(this.#values, name, { value, enumerable: true, configurable: true, writable: true })
    this.#writer.addParam(name, param)
    return value
  }

  /**
   * Records the objective's value so far. It resolves at once: reports are written when the objective first waits for
   * something, together with what else is new, so that no evaluation ever waits for the storage. {@link saved} does.
   *
   * @param value a number, NaN and infinities included; in a study with several directions one for each.
   * @param step where in the evaluation: 0, 1, 2, …; a step that was reported before keeps its first value.
   * @throws TuneError INVALID_VALUE: not one number for each direction; INVALID_ARGUMENT: a step that is not a whole
   * number from 0 to 2^31-1.
   */
  async report(value: number | readonly number[], step: number): Promise<void> {
    assertStep(step)
    const report = assertReport(value, this.#host.directions)
    if (!this.#reports.add(step, report)) return
    if (report.length === 1) this.#writer.addIntermediateValue(step, report[0] as number)
    else this.#addSystemAttributes(reportAttribute(step, report))
  }

  /**
   * Whether the study's pruner finds this trial not worth finishing, by what it has reported and what is known of the
   * others. If so, throw `TrialPruned`, or tell the study.
   *
   * Nothing is read for it: of other trials it knows what was known when a trial was last started here.
   */
  async shouldPrune(): Promise<boolean> {
    const { prune, reason } = this.#host.prune(this.number, this.#reports)
    this.#pruneReason = prune ? reason : undefined
    return prune
  }

  /**
   * Why the last {@link shouldPrune} answered yes, in one line for people, where the pruner says. Kept with the trial
   * when it ends as pruned.
   */
  get pruneReason(): string | undefined {
    return this.#pruneReason
  }

  /** What the trial has reported so far. */
  get reports(): Reports {
    return this.#reports
  }

  /** When it began to run, in milliseconds since 1970, UTC. */
  get startedAt(): number | null {
    return this.#start.frozen.startedAt
  }

  /** What parts of tune keep with the trial, each under a name of its own. */
  get systemAttributes(): Attributes {
    return this.#systemAttributes
  }

  /** Keeps something for a part of tune: written in the background, as reports are. @throws TuneError as {@link setUserAttribute} */
  setSystemAttributes(attributes: Attributes): void {
    this.#addSystemAttributes(jsonAttributes(attributes))
  }

  /** Whether the storage has the trial as running, here or in another process. Looks again. */
  isRunning(): Promise<boolean> {
    return this.#host.isRunning(this.number)
  }

  /** The metrics that a trial of this study had with these parameters on that instance, where it is known. */
  remembered(of: string, instance: string | undefined): MetricValues | undefined {
    return this.#host.remembered(of, this.#values, instance)
  }

  /**
   * Attaches a value of your own to the trial: what JSON makes of it now.
   *
   * @throws TuneError INVALID_VALUE: undefined, a function or the like, a circular value, or one that is longer than the
   * storage keeps; INVALID_NAME: a key that is too long, or that the storage cannot tell from another one. The trial is
   * as it was then.
   */
  async setUserAttribute(key: string, value: JsonValue): Promise<void> {
    const added = { [key]: jsonValue(value, key) }
    this.#host.assertStorable({ userAttributes: added })
    this.#userAttributes = { ...this.#userAttributes, ...added }
    for (const [name, copy] of Object.entries(added)) this.#writer.addAttribute('user', name, copy)
    await this.#writer.saved()
  }

  /**
   * Records how far a constraint is from broken: at most 0 is feasible. The best trial is always a feasible one.
   *
   * @throws TuneError INVALID_VALUE: NaN
   */
  async setConstraint(key: string, value: number): Promise<void> {
    if (Number.isNaN(value)) {
      throw new TuneError('INVALID_VALUE', `constraint '${key}': it must be a number, but is NaN`, {
        key,
        value,
      })
    }
    this.#addSystemAttributes({ [CONSTRAINT_PREFIX + key]: value })
    await this.#writer.saved()
  }

  /** The internal values that are chosen for this trial, saved or not: what other trials should keep away from. */
  pendingParams(): Readonly<Record<string, number>> {
    const pending: Record<string, number> = { ...this.#start.joint }
    for (const [name, { internal }] of this.#params) pending[name] = internal
    return pending
  }

  /** The intermediate value of the last step, in a study with one direction. */
  lastIntermediate(): number | undefined {
    return this.#reports.values[0]?.at(-1)
  }

  /** Resolves when everything that was suggested and reported is in storage. */
  saved(): Promise<void> {
    return this.#writer.saved()
  }

  /** What is not in storage yet, to be written with the trial's end. */
  rest(): Promise<TrialAdditions> {
    return this.#writer.rest()
  }

  /** Writes part by part what was refused as a whole. */
  writeEach(additions: TrialAdditions): Promise<void> {
    return this.#writer.writeEach(additions)
  }

  /** What the storage refused of this trial. */
  get refused(): readonly Refused[] {
    return this.#writer.refused
  }

  /** The trial as it is when it ends like this. */
  freeze(state: FinishedState, values: readonly number[] | null, completedAt: number): FrozenTrial {
    return {
      ...this.#start.frozen,
      state,
      values,
      params: new Map(this.#params),
      intermediateValues: this.#intermediateValues(),
      userAttributes: this.#userAttributes,
      systemAttributes: this.#systemAttributes,
      completedAt,
    }
  }

  /** Reports of several values are system attributes. */
  #intermediateValues(): ReadonlyMap<number, number> {
    const { steps, values } = this.#reports
    if (values.length > 1) return this.#start.frozen.intermediateValues
    return new Map(steps.map((step, i) => [step, values[0]?.[i] as number]))
  }

  #addSystemAttributes(attributes: Attributes): void {
    this.#host.assertStorable({ systemAttributes: attributes })
    this.#systemAttributes = { ...this.#systemAttributes, ...attributes }
    for (const [key, value] of Object.entries(attributes)) this.#writer.addAttribute('system', key, value)
  }

  async #choose(name: string, distribution: Distribution): Promise<number> {
    const { fixed, joint } = this.#start
    const wanted = Object.hasOwn(fixed, name) ? fixed[name] : undefined
    if (wanted !== undefined) return toInternal(distribution, wanted, name)
    const single = singleValue(distribution)
    if (single !== undefined) return single
    const chosen = Object.hasOwn(joint, name) ? joint[name] : undefined
    if (chosen !== undefined && contains(distribution, chosen)) return chosen
    const internal = await this.#host.suggest(this.number, name, distribution)
    if (contains(distribution, internal)) return internal
    throw new TuneError(
      'SAMPLER_FAILED',
      `${name}: the sampler chose ${internal}, which is not in ${describeDistribution(distribution)}`,
      {
        name,
        internal,
      },
    )
  }
}

function assertReport(value: number | readonly number[], directions: number): readonly number[] {
  // A copy: the caller may use its buffer again.
  const report = typeof value === 'number' ? [value] : Array.isArray(value) ? [...(value as number[])] : []
  if (report.length === directions && report.every((part) => typeof part === 'number')) return report
  throw new TuneError(
    'INVALID_VALUE',
    `report: it must be ${directions === 1 ? 'a number' : `${directions} numbers`}, but is ${describeValue(value)}`,
    { value, directions },
  )
}
