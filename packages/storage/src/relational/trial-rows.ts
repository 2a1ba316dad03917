import {
  type Clock,
  type FrozenTrial,
  isFinished,
  leaseLost,
  type NewTrial,
  type StudyId,
  type TrialAdditions,
} from '@tune/core'
import { decodeState, encodeState, encodeTime } from '../optuna/encoding.ts'
import { type Database, query, type Row, type Steps } from './database.ts'
import { trialNotFound } from './errors.ts'
import { KnownDistributions } from './known-distributions.ts'
import { additionRows, assertNamesKept, insertRows, ownedRows, type Rows } from './rows.ts'
import { StudyRows } from './study-row.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'

/** A new trial's state, and when it began and ended; now, where that is not told. */
type TrialTimes = Pick<NewTrial, 'startedAt' | 'completedAt'> & Pick<FrozenTrial, 'state'>

/**
 * What all changes of trials have in common.
 *
 * Locks are taken in one order: the study's row, a trial's row, what hangs on the trial.
 */
export class TrialRows {
  readonly database: Database
  readonly studies: StudyRows
  readonly distributions: KnownDistributions
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.database = database
    this.studies = new StudyRows(database)
    this.distributions = new KnownDistributions(this.studies)
    this.#clock = clock
  }

  /** A time, else now, as a column keeps it. */
  time(ms?: number | null): string {
    return encodeTime(ms ?? this.#clock.now(), this.database.dialect.timeDigits)
  }

  now(): number {
    return this.#clock.now()
  }

  /** The columns `state`, `datetime_start` and `datetime_complete` of a new trial. */
  stateColumns({ state, startedAt, completedAt }: TrialTimes): readonly (string | null)[] {
    return [
      encodeState(state),
      state === 'waiting' ? null : this.time(startedAt),
      isFinished(state) ? this.time(completedAt) : null,
    ]
  }

  /** Locks the row of a running trial of this token. @throws TuneError STUDY_NOT_FOUND, TRIAL_NOT_FOUND, LEASE_LOST */
  *lockHeld(studyId: StudyId, trialId: number, token: string): Steps<void> {
    const row = yield* this.#lock(trialId)
    if (row?.['state'] === 'RUNNING' && row['tune_token'] === token) return
    throw leaseLost(named(yield* this.#ofStudy(studyId, trialId, row)))
  }

  /** Locks a trial's row. @throws TuneError STUDY_NOT_FOUND, TRIAL_NOT_FOUND */
  *lock(studyId: StudyId, trialId: number): Steps<Row> {
    return yield* this.#ofStudy(studyId, trialId, yield* this.#lock(trialId))
  }

  *#lock(trialId: number): Steps<Row | undefined> {
    const { forUpdate } = this.database.dialect
    const [row] = yield* query(
      `SELECT ${TRIAL_COLUMNS}, study_id, tune_token FROM trials WHERE trial_id = ?${forUpdate}`,
      [trialId],
    )
    return row
  }

  *#ofStudy(studyId: StudyId, trialId: number, row: Row | undefined): Steps<Row> {
    const study = yield* this.studies.find(studyId)
    if (row === undefined || row['study_id'] !== study) throw trialNotFound(trialId)
    return row
  }

  /** What a trial gains, as rows of this database. @throws TuneError INVALID_NAME, INVALID_VALUE */
  rowsOf(additions: TrialAdditions): readonly Rows[] {
    return additionRows(this.database.dialect, additions)
  }

  /**
   * Writes rows of a trial whose row is locked.
   *
   * @param params those among the rows.
   * @throws TuneError INCOMPATIBLE_DISTRIBUTION, INVALID_NAME
   */
  *extend(
    studyId: StudyId,
    trialId: number,
    params: TrialAdditions['params'],
    kinds: readonly Rows[],
  ): Steps<void> {
    if (params !== undefined) yield* this.distributions.assertCompatible(studyId, [params])
    for (const rows of kinds) {
      yield* insertRows(this.database.dialect, rows, ownedRows(rows, trialId))
      if (!this.database.tellsNamesApart) yield* assertNamesKept(rows, trialId)
    }
  }

  *read(trialId: number): Steps<FrozenTrial> {
    const rows = yield* query(`SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id = ?`, [trialId])
    const [trial] = yield* readTrialRows(rows)
    if (trial === undefined) throw trialNotFound(trialId)
    return trial
  }
}

/** What an error says of a trial. */
export function named(row: Row): Pick<FrozenTrial, 'number' | 'state'> {
  return { number: row['number'] as number, state: decodeState(String(row['state'])) }
}
