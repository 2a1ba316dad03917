import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock/clock.ts'
import { systemClock } from '../../clock/system-clock.ts'
import { TuneError } from '../../errors/tune-error.ts'
import {
  type AttributeKind,
  type Attributes,
  assertName,
  type FrozenTrial,
  jsonAttributes,
} from '../../trial/index.ts'
import { assertNoIdentity } from '../study-identity.ts'
import type {
  FrozenStudy,
  Lease,
  NewStudy,
  NewTrial,
  OrphanOptions,
  ReapOptions,
  StartedTrial,
  StartOptions,
  StudyId,
  StudyStorage,
  TrialAdditions,
  TrialClaim,
  TrialCursor,
  TrialOutcome,
  TrialOwner,
  TrialPage,
} from '../study-storage.ts'
import { leaseHeld, leaseLost, notRunning } from '../trial-errors.ts'
import { StudyRecord } from './study-record.ts'

const MAX_NAME = 512

class Position {
  readonly studyId: StudyId
  readonly changes: number
  constructor(studyId: StudyId, changes: number) {
    this.studyId = studyId
    this.changes = changes
  }
}

/** Settings of an {@link InMemoryStorage}. */
export interface InMemoryOptions {
  /** Decides when leases expire and what time a trial began. Default: the system's. */
  readonly clock?: Clock
}

/**
 * Studies in this process's memory, gone with it. The default, and the model that other storages are held
 * against: a call does all its work before it returns its promise, so that no two calls overlap.
 */
export class InMemoryStorage implements StudyStorage {
  readonly #studies = new Map<StudyId, StudyRecord>()
  /** The number of each trial in its study. */
  readonly #numbers = new Map<number, number>()
  readonly #clock: Clock
  #nextTrialId = 1

  constructor(options: InMemoryOptions = {}) {
    this.#clock = options.clock ?? systemClock
  }

  async createStudy(study: NewStudy): Promise<FrozenStudy> {
    const { name } = study
    assertNoIdentity(study.systemAttributes ?? {})
    if (name === '' || name.length > MAX_NAME) {
      throw new TuneError(
        'INVALID_NAME',
        `study name: it must have 1 to ${MAX_NAME} characters, but has ${name.length}`,
        {
          name,
        },
      )
    }
    if (this.#find(name) !== undefined) {
      throw new TuneError('STUDY_EXISTS', `study '${name}' exists already`, { name })
    }
    const record: FrozenStudy = {
      id: randomUUID(),
      name,
      directions: [...study.directions],
      userAttributes: {},
      systemAttributes: jsonAttributes(study.systemAttributes ?? {}),
    }
    this.#studies.set(record.id, new StudyRecord(record, this.#clock))
    return record
  }

  async readStudy(name: string): Promise<FrozenStudy> {
    const record = this.#find(name)
    if (record === undefined) throw new TuneError('STUDY_NOT_FOUND', `no study '${name}'`, { name })
    return record.study
  }

  async listStudies(): Promise<readonly FrozenStudy[]> {
    return [...this.#studies.values()].map((record) => record.study)
  }

  async deleteStudy(studyId: StudyId): Promise<void> {
    for (const trial of this.#study(studyId).trials) this.#numbers.delete(trial.id)
    this.#studies.delete(studyId)
  }

  async setStudyAttributes(
    studyId: StudyId,
    kind: AttributeKind,
    attributes: Attributes,
    { keepExisting = false } = {},
  ): Promise<void> {
    assertNoIdentity(attributes)
    this.#study(studyId).setAttributes(kind, attributes, keepExisting)
  }

  async createTrials(studyId: StudyId, trials: readonly NewTrial[]): Promise<readonly FrozenTrial[]> {
    const record = this.#study(studyId)
    record.assertCompatible(...trials.map(({ params }) => params))
    return trials.map((trial) => this.#add(record, trial))
  }

  async startTrial(studyId: StudyId, options: StartOptions): Promise<StartedTrial | undefined> {
    const record = this.#study(studyId)
    if (options.budget !== undefined && record.counted >= options.budget) return undefined
    const waiting = record.nextWaiting()
    const trial =
      waiting === undefined
        ? this.#add(record, { state: 'running' })
        : record.put({ ...waiting, state: 'running', startedAt: this.#clock.now() })
    return { trial, lease: this.#grant(record, trial.id, options.leaseMs) }
  }

  assertStorable({ params, userAttributes = {}, systemAttributes = {} }: TrialAdditions): void {
    for (const name of params?.keys() ?? []) assertName(name)
    jsonAttributes(userAttributes)
    jsonAttributes(systemAttributes)
  }

  async extendTrial(lease: Lease, additions: TrialAdditions): Promise<void> {
    const [record, trial] = this.#held(lease)
    this.assertStorable(additions)
    record.put(record.extended(trial, additions))
  }

  async finishTrial(claim: TrialClaim, outcome: TrialOutcome): Promise<void> {
    const [record, trial] = this.#claimed(claim)
    this.assertStorable(outcome)
    record.assertCompatible(outcome.params, outcome.requeue?.params)
    record.finish(record.extended(trial, outcome), outcome.state, outcome.values)
    if (outcome.requeue !== undefined) this.#add(record, outcome.requeue)
  }

  async releaseTrial(lease: Lease): Promise<void> {
    const [record, trial] = this.#held(lease)
    record.release(trial)
  }

  async renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    return leases.filter((lease) => {
      const held = this.#studies.get(lease.studyId)?.leases.get(lease.trialId)
      if (held?.token !== lease.token) return true
      held.expiresAt = this.#clock.now() + leaseMs
      return false
    })
  }

  async reapTrials(studyId: StudyId, options: ReapOptions = {}): Promise<readonly number[]> {
    const { systemAttributes = {}, requeue } = options
    const record = this.#study(studyId)
    return record.expired(options).map((trial) => {
      const next = requeue?.({ ...record.extended(trial, { systemAttributes }), state: 'failed' })
      record.assertCompatible(next?.params)
      record.finish(record.extended(trial, { systemAttributes }), 'failed', null)
      if (next !== undefined) this.#add(record, next)
      return trial.number
    })
  }

  async adoptTrials(
    studyId: StudyId,
    leaseMs: number,
    options: OrphanOptions = {},
  ): Promise<readonly StartedTrial[]> {
    const record = this.#study(studyId)
    return record.expired(options).map((trial) => ({ trial, lease: this.#grant(record, trial.id, leaseMs) }))
  }

  async readOwners(studyId: StudyId): Promise<readonly TrialOwner[]> {
    const { trials, leases } = this.#study(studyId)
    return trials
      .filter(({ state }) => state === 'running')
      .map(({ id, number }) => ({ number, sign: leases.has(id) ? 'lease' : 'none' }))
  }

  async readTrials(studyId: StudyId, since?: TrialCursor): Promise<TrialPage> {
    const { trials, changes } = this.#study(studyId)
    const from = since instanceof Position && since.studyId === studyId ? since.changes : 0
    const changed = new Set<number>()
    for (let i = from; i < changes.length; i++) changed.add(changes[i] as number)
    const numbers = [...changed].sort((a, b) => a - b)
    return {
      trials: numbers.map((number) => trials[number] as FrozenTrial),
      cursor: new Position(studyId, changes.length),
      hasMore: false,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #grant(record: StudyRecord, trialId: number, leaseMs: number): Lease {
    const token = randomUUID()
    record.leases.set(trialId, { token, expiresAt: this.#clock.now() + leaseMs })
    return { studyId: record.study.id, trialId, token }
  }

  #add(record: StudyRecord, trial: NewTrial | { readonly state: 'running' }): FrozenTrial {
    const added = record.add(this.#nextTrialId, trial)
    this.#nextTrialId++
    this.#numbers.set(added.id, added.number)
    return added
  }

  #find(name: string): StudyRecord | undefined {
    for (const record of this.#studies.values()) if (record.study.name === name) return record
    return undefined
  }

  #study(studyId: StudyId): StudyRecord {
    const record = this.#studies.get(studyId)
    if (record === undefined)
      throw new TuneError('STUDY_NOT_FOUND', `no study with id ${studyId}`, { studyId })
    return record
  }

  /** A trial that may be changed with this lease. */
  #held({ studyId, trialId, token }: Lease): [StudyRecord, FrozenTrial] {
    const [record, trial] = this.#trial(studyId, trialId)
    if (record.leases.get(trialId)?.token === token) return [record, trial]
    throw leaseLost(trial)
  }

  /** A trial that may be ended by this claim. */
  #claimed({ studyId, trialId, token, force = false }: TrialClaim): [StudyRecord, FrozenTrial] {
    if (token !== undefined) return this.#held({ studyId, trialId, token })
    const [record, trial] = this.#trial(studyId, trialId)
    if (trial.state !== 'running') throw notRunning(trial)
    if (!force && record.isHeld(trialId)) throw leaseHeld(trial)
    return [record, trial]
  }

  #trial(studyId: StudyId, trialId: number): [StudyRecord, FrozenTrial] {
    const record = this.#study(studyId)
    const trial = record.trials[this.#numbers.get(trialId) ?? -1]
    if (trial?.id === trialId) return [record, trial]
    throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
  }
}
