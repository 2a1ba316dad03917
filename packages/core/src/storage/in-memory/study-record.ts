import type { Clock } from '../../clock/clock.ts'
import { TuneError } from '../../errors/tune-error.ts'
import { assertCompatible, type Distribution } from '../../space/index.ts'
import { type Attributes, type FrozenTrial, isFinished, type TrialParam } from '../../trial/index.ts'
import type { FrozenStudy, NewTrial, TrialAdditions } from '../study-storage.ts'

/** A running trial's lease as the storage keeps it. */
interface HeldLease {
  readonly token: string
  expiresAt: number
}

/** One study in memory: its trials by number, and a log of which trial changed when. */
export class StudyRecord {
  study: FrozenStudy
  readonly trials: FrozenTrial[] = []
  /** The number of the trial at each change, in order. A cursor is a position in it. */
  readonly changes: number[] = []
  readonly leases = new Map<number, HeldLease>()
  /** How many trials run, are complete or are pruned: those that a budget counts. */
  counted = 0
  readonly #waiting: number[] = []
  readonly #distributions = new Map<string, Distribution>()
  readonly #clock: Clock

  constructor(study: FrozenStudy, clock: Clock) {
    this.study = study
    this.#clock = clock
  }

  /** Adds a trial with the next number. */
  add(id: number, trial: NewTrial | { readonly state: 'running' }): FrozenTrial {
    const template: Partial<NewTrial> = trial.state === 'running' ? {} : trial
    const params = new Map(template.params)
    this.assertCompatible(params)
    const now = this.#clock.now()
    return this.put({
      id,
      number: this.trials.length,
      state: trial.state,
      values: template.values == null ? null : [...template.values],
      params,
      intermediateValues: new Map(template.intermediateValues),
      userAttributes: structuredClone(template.userAttributes ?? {}),
      systemAttributes: structuredClone(template.systemAttributes ?? {}),
      startedAt: trial.state === 'waiting' ? null : (template.startedAt ?? now),
      completedAt: isFinished(trial.state) ? (template.completedAt ?? now) : null,
    })
  }

  /** Replaces a trial by its next version and logs the change. */
  put(trial: FrozenTrial): FrozenTrial {
    const before = this.trials[trial.number]
    this.counted += Number(isCounted(trial)) - Number(before !== undefined && isCounted(before))
    if (trial.state === 'waiting' && before === undefined) this.#waiting.push(trial.number)
    this.trials[trial.number] = trial
    this.changes.push(trial.number)
    for (const [name, { distribution }] of trial.params) {
      if (!this.#distributions.has(name)) this.#distributions.set(name, distribution)
    }
    return trial
  }

  /** Takes the waiting trial with the lowest number out of the queue. */
  nextWaiting(): FrozenTrial | undefined {
    const number = this.#waiting.shift()
    return number === undefined ? undefined : this.trials[number]
  }

  /** The next version of a trial with these additions; nothing is changed yet. */
  extended(trial: FrozenTrial, additions: TrialAdditions): FrozenTrial {
    const { params = new Map(), intermediateValues = new Map() } = additions
    this.assertCompatible(params)
    const added = [...params].filter(([name]) => !trial.params.has(name))
    return {
      ...trial,
      params: new Map([...trial.params, ...added]),
      intermediateValues: new Map([...trial.intermediateValues, ...intermediateValues]),
      userAttributes: withAttributes(trial.userAttributes, additions.userAttributes),
      systemAttributes: withAttributes(trial.systemAttributes, additions.systemAttributes),
    }
  }

  /** The running trials whose leases have expired, by number. */
  expired(): readonly FrozenTrial[] {
    const now = this.#clock.now()
    return this.trials.filter(
      (trial) => (this.leases.get(trial.id)?.expiresAt ?? Number.POSITIVE_INFINITY) <= now,
    )
  }

  /** Ends the trial and its lease. */
  finish(
    trial: FrozenTrial,
    state: 'complete' | 'pruned' | 'failed',
    values: readonly number[] | null,
  ): FrozenTrial {
    this.leases.delete(trial.id)
    return this.put({
      ...trial,
      state,
      values: values === null ? null : [...values],
      completedAt: this.#clock.now(),
    })
  }

  /** Asserts that trials with these parameters can be written, one after the other. */
  assertCompatible(...written: readonly (ReadonlyMap<string, TrialParam> | undefined)[]): void {
    const added = new Map<string, Distribution>()
    for (const params of written) {
      for (const [name, { distribution }] of params ?? []) {
        const earlier = this.#distributions.get(name) ?? added.get(name)
        if (earlier === undefined) added.set(name, distribution)
        else assertCompatible(name, earlier, distribution)
      }
    }
  }

  setAttributes(kind: 'user' | 'system', attributes: Attributes): void {
    const field = kind === 'user' ? 'userAttributes' : 'systemAttributes'
    this.study = { ...this.study, [field]: withAttributes(this.study[field], attributes) }
  }
}

function isCounted(trial: FrozenTrial): boolean {
  return trial.state === 'running' || trial.state === 'complete' || trial.state === 'pruned'
}

function withAttributes(existing: Attributes, added: Attributes = {}): Attributes {
  return { ...existing, ...structuredClone(added) }
}

/** @throws TuneError TRIAL_NOT_RUNNING unless the trial is in one of the states. */
export function assertState(trial: FrozenTrial, ...states: readonly FrozenTrial['state'][]): void {
  if (states.includes(trial.state)) return
  throw new TuneError(
    'TRIAL_NOT_RUNNING',
    `trial ${trial.number} is ${trial.state}; only a ${states.join(' or ')} trial can be changed`,
    { number: trial.number, state: trial.state },
  )
}
