import {
  type Clock,
  type FrozenTrial,
  isFinished,
  type NewTrial,
  type TrialAdditions,
  TuneError,
} from '@tune/core'
import { encodeState, encodeTime } from '../optuna/encoding.ts'
import type { Connection, Database, Row } from './database.ts'
import { studyIdNotFound } from './errors.ts'
import { KnownDistributions } from './known-distributions.ts'
import { additionRows, assertNamesKept, insertRows, valueRows } from './rows.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'

/** A new trial's state, and when it began and ended; now, where that is not told. */
type TrialTimes = Pick<NewTrial, 'startedAt' | 'completedAt'> & Pick<FrozenTrial, 'state'>

/** A lease as it is given: who holds it, and for how many milliseconds from now. */
export interface GrantedLease {
  readonly token: string
  readonly leaseMs: number
}

/**
 * What all changes of trials have in common.
 *
 * Locks are taken in one order: the study's row, a trial's row, what hangs on the trial.
 */
export class TrialRows {
  readonly database: Database
  readonly distributions = new KnownDistributions()
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.database = database
    this.#clock = clock
  }

  /** A time, else now, as a column keeps it. */
  time(ms?: number | null): string {
    return encodeTime(ms ?? this.#clock.now(), this.database.dialect.timeDigits)
  }

  now(): number {
    return this.#clock.now()
  }

  /**
   * Locks the study's row, as everybody does who gives a trial its number, Optuna too: so numbers have no gaps, and ids
   * become visible in their order. It must be the first statement of its transaction: a database may answer what
   * follows from the state that the first statement saw.
   *
   * @throws TuneError STUDY_NOT_FOUND
   */
  async lockStudy(connection: Connection, studyId: number): Promise<void> {
    const rows = await connection.query(
      `SELECT study_id FROM studies WHERE study_id = ?${this.database.dialect.forUpdate}`,
      [studyId],
    )
    if (rows.length === 0) throw studyIdNotFound(studyId)
  }

  /** @throws TuneError TRIAL_NOT_FOUND */
  async lockTrial(connection: Connection, trialId: number): Promise<Row> {
    const [row] = await connection.query(
      `SELECT study_id, ${TRIAL_COLUMNS} FROM trials WHERE trial_id = ?${this.database.dialect.forUpdate}`,
      [trialId],
    )
    if (row === undefined) throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
    return row
  }

  /** Inserts a row with the number after `last`, leased if it runs. */
  async insert(
    connection: Connection,
    studyId: number,
    { state, startedAt, completedAt }: TrialTimes,
    last: number,
    lease?: GrantedLease,
  ): Promise<{ readonly id: number; readonly number: number }> {
    const number = last + 1
    const { id } = await connection.run(
      `INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete, tune_token, tune_lease_until)
        VALUES (?, ?, ?, ?, ?, ?, ${this.database.dialect.now} + ?)`,
      [
        number,
        studyId,
        encodeState(state),
        state === 'waiting' ? null : this.time(startedAt),
        isFinished(state) ? this.time(completedAt) : null,
        lease?.token ?? null,
        lease?.leaseMs ?? null,
      ],
    )
    return { id, number }
  }

  /** Adds a whole trial to a study whose row is locked. @returns its id */
  async add(connection: Connection, studyId: number, trial: NewTrial): Promise<number> {
    const [row] = await connection.query(
      `SELECT number FROM trials WHERE trial_id = (SELECT MAX(trial_id) FROM trials WHERE study_id = ?)`,
      [studyId],
    )
    const { id } = await this.insert(connection, studyId, trial, (row?.['number'] ?? -1) as number)
    await this.extend(connection, studyId, id, trial)
    await insertRows(connection, this.database.dialect, valueRows(trial.values ?? []), id)
    return id
  }

  /** Writes what hangs on a trial whose row is locked. @throws TuneError INCOMPATIBLE_DISTRIBUTION, INVALID_NAME */
  async extend(
    connection: Connection,
    studyId: number,
    trialId: number,
    additions: TrialAdditions,
  ): Promise<void> {
    if (additions.params !== undefined)
      await this.distributions.assertCompatible(connection, studyId, additions.params)
    for (const rows of additionRows(additions)) {
      await insertRows(connection, this.database.dialect, rows, trialId)
      if (!this.database.tellsNamesApart) await assertNamesKept(connection, rows, trialId)
    }
  }

  async read(connection: Connection, trialId: number): Promise<FrozenTrial> {
    const rows = await connection.query(`SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id = ?`, [trialId])
    const [trial] = await readTrialRows(connection, rows)
    if (trial === undefined)
      throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
    return trial
  }
}
