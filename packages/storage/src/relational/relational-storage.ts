import {
  type AttributeKind,
  type Attributes,
  type Clock,
  type FrozenStudy,
  type FrozenTrial,
  type Lease,
  type NewStudy,
  type NewTrial,
  type ReapOptions,
  type StartedTrial,
  type StartOptions,
  type StudyStorage,
  systemClock,
  type TrialAdditions,
  type TrialCursor,
  type TrialOutcome,
  type TrialPage,
} from '@tune/core'
import { createTrials } from './create-trials.ts'
import type { Database } from './database.ts'
import { extendTrial } from './extend-trial.ts'
import { finishTrial } from './finish-trial.ts'
import { adoptTrials, reapTrials, renewLeases } from './leases.ts'
import { readTrials } from './read-trials.ts'
import { startTrial } from './start-trial.ts'
import { createStudy, deleteStudy, readStudy, setStudyAttributes } from './studies.ts'
import { readStudies } from './study-reader.ts'
import { TrialRows } from './trial-rows.ts'

/** Studies in a relational database, in Optuna's tables. */
export class RelationalStorage implements StudyStorage {
  readonly #database: Database
  readonly #trials: TrialRows
  /** The study of each trial that was started here and has not ended. */
  readonly #studies = new Map<number, number>()

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
    return this.#database.statements((connection) => readStudies(connection, '', []))
  }

  deleteStudy(studyId: number): Promise<void> {
    return deleteStudy(this.#trials, studyId)
  }

  setStudyAttributes(studyId: number, kind: AttributeKind, attributes: Attributes): Promise<void> {
    return setStudyAttributes(this.#trials, studyId, kind, attributes)
  }

  createTrials(studyId: number, trials: readonly NewTrial[]): Promise<readonly FrozenTrial[]> {
    return createTrials(this.#trials, studyId, trials)
  }

  async startTrial(studyId: number, options: StartOptions): Promise<StartedTrial | undefined> {
    const started = await startTrial(this.#trials, studyId, options)
    if (started !== undefined) this.#studies.set(started.trial.id, studyId)
    return started
  }

  extendTrial(trialId: number, additions: TrialAdditions): Promise<void> {
    return extendTrial(this.#trials, trialId, additions, this.#studies.get(trialId))
  }

  async finishTrial(trialId: number, outcome: TrialOutcome): Promise<void> {
    await finishTrial(this.#trials, trialId, outcome, this.#studies.get(trialId))
    this.#studies.delete(trialId)
  }

  renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    return renewLeases(this.#trials, leases, leaseMs)
  }

  reapTrials(studyId: number, options: ReapOptions = {}): Promise<readonly number[]> {
    return reapTrials(this.#trials, studyId, options)
  }

  async adoptTrials(studyId: number, leaseMs: number): Promise<readonly StartedTrial[]> {
    const adopted = await adoptTrials(this.#trials, studyId, leaseMs)
    for (const { trial } of adopted) this.#studies.set(trial.id, studyId)
    return adopted
  }

  readTrials(studyId: number, since?: TrialCursor): Promise<TrialPage> {
    return readTrials(this.#trials, studyId, since)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }
}
