import type { Clock } from '../../clock/clock.ts'
import { systemClock } from '../../clock/system-clock.ts'
import { TuneError } from '../../errors/tune-error.ts'
import type { AttributeKind, Attributes, FrozenTrial } from '../../trial/index.ts'
import type {
  FrozenStudy,
  Lease,
  NewStudy,
  NewTrial,
  ReapOptions,
  StartedTrial,
  StartOptions,
  StudyStorage,
  TrialAdditions,
  TrialCursor,
  TrialOutcome,
  TrialPage,
} from '../study-storage.ts'
import { assertState, StudyRecord } from './study-record.ts'

const MAX_NAME = 512

class Position {
  readonly studyId: number
  readonly changes: number
  constructor(studyId: number, changes: number) {
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
  readonly #studies = new Map<number, StudyRecord>()
  /** Where each trial is: its study, and its number there. */
  readonly #places = new Map<number, readonly [StudyRecord, number]>()
  readonly #clock: Clock
  #nextStudyId = 1
  #nextTrialId = 1
  #nextToken = 1

  constructor(options: InMemoryOptions = {}) {
    this.#clock = options.clock ?? systemClock
  }

  async createStudy(study: NewStudy): Promise<FrozenStudy> {
    const { name } = study
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
      id: this.#nextStudyId++,
      name,
      directions: [...study.directions],
      userAttributes: {},
      systemAttributes: structuredClone(study.systemAttributes ?? {}),
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

  async deleteStudy(studyId: number): Promise<void> {
    for (const trial of this.#study(studyId).trials) this.#places.delete(trial.id)
    this.#studies.delete(studyId)
  }

  async setStudyAttributes(studyId: number, kind: AttributeKind, attributes: Attributes): Promise<void> {
    this.#study(studyId).setAttributes(kind, attributes)
  }

  async createTrials(studyId: number, trials: readonly NewTrial[]): Promise<readonly FrozenTrial[]> {
    const record = this.#study(studyId)
    record.assertCompatible(...trials.map(({ params }) => params))
    return trials.map((trial) => this.#add(record, trial))
  }

  async startTrial(studyId: number, options: StartOptions): Promise<StartedTrial | undefined> {
    const record = this.#study(studyId)
    if (options.budget !== undefined && record.counted >= options.budget) return undefined
    const waiting = record.nextWaiting()
    const trial =
      waiting === undefined
        ? this.#add(record, { state: 'running' })
        : record.put({ ...waiting, state: 'running', startedAt: this.#clock.now() })
    return { trial, lease: this.#grant(record, trial.id, options.leaseMs) }
  }

  async extendTrial(trialId: number, additions: TrialAdditions): Promise<void> {
    const [record, trial] = this.#trial(trialId)
    const { params, intermediateValues } = additions
    const needsRunning = (params?.size ?? 0) + (intermediateValues?.size ?? 0) > 0
    assertState(trial, 'running', ...(needsRunning ? [] : ['waiting' as const]))
    record.put(record.extended(trial, additions))
  }

  async finishTrial(trialId: number, outcome: TrialOutcome): Promise<void> {
    const [record, trial] = this.#trial(trialId)
    if (outcome.lease !== undefined && record.leases.get(trialId)?.token !== outcome.lease.token) {
      throw new TuneError(
        'LEASE_LOST',
        `trial ${trial.number} no longer belongs to this process: its lease expired and it is ${trial.state} now`,
        { number: trial.number, state: trial.state },
      )
    }
    assertState(trial, 'running')
    record.assertCompatible(outcome.params, outcome.requeue?.params)
    record.finish(record.extended(trial, outcome), outcome.state, outcome.values)
    if (outcome.requeue !== undefined) this.#add(record, outcome.requeue)
  }

  async renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    return leases.filter((lease) => {
      const held = this.#places.get(lease.trialId)?.[0].leases.get(lease.trialId)
      if (held?.token !== lease.token) return true
      held.expiresAt = this.#clock.now() + leaseMs
      return false
    })
  }

  async reapTrials(studyId: number, options: ReapOptions = {}): Promise<readonly number[]> {
    const { systemAttributes = {}, requeue } = options
    const record = this.#study(studyId)
    return record.expired().map((trial) => {
      const next = requeue?.({ ...record.extended(trial, { systemAttributes }), state: 'failed' })
      record.assertCompatible(next?.params)
      record.finish(record.extended(trial, { systemAttributes }), 'failed', null)
      if (next !== undefined) this.#add(record, next)
      return trial.number
    })
  }

  async adoptTrials(studyId: number, leaseMs: number): Promise<readonly StartedTrial[]> {
    const record = this.#study(studyId)
    return record.expired().map((trial) => ({ trial, lease: this.#grant(record, trial.id, leaseMs) }))
  }

  async readTrials(studyId: number, since?: TrialCursor): Promise<TrialPage> {
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
    const token = String(this.#nextToken++)
    record.leases.set(trialId, { token, expiresAt: this.#clock.now() + leaseMs })
    return { trialId, token }
  }

  #add(record: StudyRecord, trial: NewTrial | { readonly state: 'running' }): FrozenTrial {
    const added = record.add(this.#nextTrialId, trial)
    this.#nextTrialId++
    this.#places.set(added.id, [record, added.number])
    return added
  }

  #find(name: string): StudyRecord | undefined {
    for (const record of this.#studies.values()) if (record.study.name === name) return record
    return undefined
  }

  #study(studyId: number): StudyRecord {
    const record = this.#studies.get(studyId)
    if (record === undefined)
      throw new TuneError('STUDY_NOT_FOUND', `no study with id ${studyId}`, { studyId })
    return record
  }

  #trial(trialId: number): [StudyRecord, FrozenTrial] {
    const place = this.#places.get(trialId)
    if (place === undefined)
      throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
    const [record, number] = place
    return [record, record.trials[number] as FrozenTrial]
  }
}
