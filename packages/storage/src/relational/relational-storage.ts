import {
  type AttributeKind,
  type Attributes,
  type Clock,
  type FrozenStudy,
  type FrozenTrial,
  type Lease,
  type NewStudy,
  type NewTrial,
  type OrphanOptions,
  type ReapOptions,
  type StartedTrial,
  type StartOptions,
  type StudyId,
  type StudyStorage,
  systemClock,
  type TrialAdditions,
  type TrialClaim,
  type TrialCursor,
  type TrialOutcome,
  type TrialOwner,
  type TrialPage,
} from '@tune/core'
import { createTrials } from './create-trials.ts'
import type { Database } from './database.ts'
import { extendTrial } from './extend-trial.ts'
import { finishTrial, releaseTrial } from './finish-trial.ts'
import { adoptTrials, readOwners, reapTrials, renewLeases } from './leases.ts'
import { readTrials } from './read-trials.ts'
import { startTrial } from './start-trial.ts'
import { createStudy, deleteStudy, listStudies, readStudy, setStudyAttributes } from './studies.ts'
import { TrialRows } from './trial-rows.ts'

/**
 * Studies in a relational database, in Optuna's tables. What a caller hands over is turned into rows before anything is
 * waited for.
 */
export class RelationalStorage implements StudyStorage {
  readonly #database: Database
  readonly #trials: TrialRows

  constructor(database: Database, clock: Clock = systemClock) {
    this.#database = database
    this.#trials = new TrialRows(database, clock)
  }

  createStudy(study: NewStudy): Promise<FrozenStudy> {
    return createStudy(this.#trials, study)
  }

  readStudy(name: string): Promise<FrozenStudy> {
    return readStudy(this.#trials, name)
  }

  listStudies(): Promise<readonly FrozenStudy[]> {
    return listStudies(this.#trials)
  }

  deleteStudy(studyId: StudyId): Promise<void> {
    return deleteStudy(this.#trials, studyId)
  }

  setStudyAttributes(
    studyId: StudyId,
    kind: AttributeKind,
    attributes: Attributes,
    { keepExisting = false } = {},
  ): Promise<void> {
    return setStudyAttributes(this.#trials, studyId, kind, attributes, keepExisting)
  }

  createTrials(studyId: StudyId, trials: readonly NewTrial[]): Promise<readonly FrozenTrial[]> {
    return createTrials(this.#trials, studyId, trials)
  }

  startTrial(studyId: StudyId, options: StartOptions): Promise<StartedTrial | undefined> {
    return startTrial(this.#trials, studyId, options)
  }

  assertStorable(additions: TrialAdditions): void {
    this.#trials.rowsOf(additions)
  }

  extendTrial(lease: Lease, additions: TrialAdditions): Promise<void> {
    return extendTrial(this.#trials, lease, additions)
  }

  finishTrial(claim: TrialClaim, outcome: TrialOutcome): Promise<void> {
    return finishTrial(this.#trials, claim, outcome)
  }

  releaseTrial(lease: Lease): Promise<void> {
    return releaseTrial(this.#trials, lease)
  }

  renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    return renewLeases(this.#trials, leases, leaseMs)
  }

  reapTrials(studyId: StudyId, options: ReapOptions = {}): Promise<readonly number[]> {
    return reapTrials(this.#trials, studyId, options)
  }

  adoptTrials(
    studyId: StudyId,
    leaseMs: number,
    options: OrphanOptions = {},
  ): Promise<readonly StartedTrial[]> {
    return adoptTrials(this.#trials, studyId, leaseMs, options)
  }

  readOwners(studyId: StudyId): Promise<readonly TrialOwner[]> {
    return readOwners(this.#trials, studyId)
  }

  readTrials(studyId: StudyId, since?: TrialCursor): Promise<TrialPage> {
    return readTrials(this.#trials, studyId, since)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }
}
