import type { Clock } from '../../clock/clock.ts'
import { assertCompatible, type Distribution } from '../../space/index.ts'
import {
  type Attributes,
  type FrozenTrial,
  isFinished,
  jsonAttributes,
  type TrialParam,
} from '../../trial/index.ts'
import type { FrozenStudy, NewTrial, OrphanOptions, TrialAdditions } from '../study-storage.ts'

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
      userAttributes: jsonAttributes(template.userAttributes ?? {}),
      systemAttributes: jsonAttributes(template.systemAttributes ?? {}),
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

  /** Lets a running trial wait again. */
  release(trial: FrozenTrial): void {
    this.leases.delete(trial.id)
    this.#waiting.push(trial.number)
    this.#waiting.sort((a, b) => a - b)
    this.put({ ...trial, state: 'waiting', startedAt: null })
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

  /** Whether a lease stands that has not expired. */
  isHeld(trialId: number): boolean {
    const lease = this.leases.get(trialId)
    return lease !== undefined && lease.expiresAt > this.#clock.now()
  }

  /** The running trials whose leases have expired, by number. */
  expired({ held, except, leaseGraceMs = 0 }: OrphanOptions): readonly FrozenTrial[] {
    const before = this.#clock.now() - leaseGraceMs
    return this.trials.filter(({ id, number }) => {
      const lease = this.leases.get(id)
      if (lease === undefined || lease.expiresAt > before) return false
      return held?.has(lease.token) !== true && except?.has(number) !== true
    })
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

  setAttributes(kind: 'user' | 'system', attributes: Attributes, keepExisting: boolean): void {
    const field = kind === 'user' ? 'userAttributes' : 'systemAttributes'
    const before = this.study[field]
    const after = withAttributes(before, attributes)
    this.study = { ...this.study, [field]: keepExisting ? { ...after, ...before } : after }
  }
}

function isCounted(trial: FrozenTrial): boolean {
  return trial.state === 'running' || trial.state === 'complete' || trial.state === 'pruned'
}

function withAttributes(existing: Attributes, added: Attributes = {}): Attributes {
  return { ...existing, ...jsonAttributes(added) }
}
