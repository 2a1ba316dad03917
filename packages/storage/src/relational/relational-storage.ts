import { randomUUID } from 'node:crypto'
import {
  type AttributeKind,
  type Attributes,
  type Clock,
  type FrozenStudy,
  type FrozenTrial,
  isFinished,
  isTuneError,
  type Lease,
  type NewStudy,
  type NewTrial,
  type StartedTrial,
  type StartOptions,
  type StudyStorage,
  systemClock,
  type TrialCursor,
  type TrialOutcome,
  type TrialPage,
  type TrialParam,
  TuneError,
} from '@tune/core'
import { encodeDirection, encodeState, encodeTime } from '../optuna/encoding.ts'
import { type Connection, type Database, places, type Row } from './database.ts'
import { assertState, leaseLost, studyExists, studyIdNotFound } from './errors.ts'
import { KnownDistributions } from './known-distributions.ts'
import { RowWriter } from './row-writer.ts'
import { StudyCursor } from './study-cursor.ts'
import { readStudies } from './study-reader.ts'
import { ATTRIBUTE_TABLES, readTrialRows } from './trial-reader.ts'

const MAX_NAME = 512
const TRIAL_COLUMNS = 'trial_id, number, state, datetime_start, datetime_complete'
const TRIAL_CHILDREN = [
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_heartbeats',
  'tune_leases',
]
const STUDY_CHILDREN = ['study_directions', 'study_user_attributes', 'study_system_attributes', 'trials']

/**
 * Studies in a relational database, in Optuna's tables.
 *
 * Every change that gives a trial its number locks the study's row first, as Optuna does: that makes numbers gapless,
 * and ids visible in their order.
 */
export class RelationalStorage implements StudyStorage {
  readonly #database: Database
  readonly #clock: Clock
  readonly #write: RowWriter
  readonly #distributions = new KnownDistributions()

  constructor(database: Database, clock: Clock = systemClock) {
    this.#database = database
    this.#clock = clock
    this.#write = new RowWriter(database.dialect)
  }

  async createStudy(study: NewStudy): Promise<FrozenStudy> {
    const { name, directions, systemAttributes = {} } = study
    if (name === '' || name.length > MAX_NAME) {
      throw new TuneError(
        'INVALID_NAME',
        `study name: it must have 1 to ${MAX_NAME} characters, but has ${name.length}`,
        { name },
      )
    }
    try {
      const id = await this.#database.transaction(async (connection) => {
        const created = await connection.run('INSERT INTO studies (study_name) VALUES (?)', [name])
        await connection.run(
          `INSERT INTO study_directions (direction, study_id, objective) VALUES ${places(directions.length, 3)}`,
          directions.flatMap((direction, objective) => [encodeDirection(direction), created.id, objective]),
        )
        await this.#write.attributes(
          connection,
          'study_system_attributes',
          'study_id',
          created.id,
          systemAttributes,
        )
        return created.id
      })
      const copy = structuredClone(systemAttributes)
      return { id, name, directions: [...directions], userAttributes: {}, systemAttributes: copy }
    } catch (error) {
      if (isTuneError(error, 'STORAGE_CONFLICT')) throw await this.#nameTaken(name)
      throw error
    }
  }

  async readStudy(name: string): Promise<FrozenStudy> {
    const [study] = await this.#database.read((connection) =>
      readStudies(connection, 'WHERE study_name = ?', [name]),
    )
    // A database that ignores case finds other names as well.
    if (study?.name !== name) throw new TuneError('STUDY_NOT_FOUND', `no study '${name}'`, { name })
    return study
  }

  listStudies(): Promise<readonly FrozenStudy[]> {
    return this.#database.read((connection) => readStudies(connection, '', []))
  }

  deleteStudy(studyId: number): Promise<void> {
    this.#distributions.forget(studyId)
    return this.#database.transaction(async (connection) => {
      await this.#lockStudy(connection, studyId)
      for (const table of TRIAL_CHILDREN) {
        await connection.run(
          `DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`,
          [studyId],
        )
      }
      for (const table of STUDY_CHILDREN)
        await connection.run(`DELETE FROM ${table} WHERE study_id = ?`, [studyId])
      await connection.run('DELETE FROM studies WHERE study_id = ?', [studyId])
    })
  }

  setStudyAttributes(studyId: number, kind: AttributeKind, attributes: Attributes): Promise<void> {
    return this.#database.transaction(async (connection) => {
      await this.#lockStudy(connection, studyId)
      await this.#write.attributes(connection, ATTRIBUTE_TABLES[kind].study, 'study_id', studyId, attributes)
    })
  }

  createTrial(studyId: number, trial: NewTrial): Promise<FrozenTrial> {
    return this.#database.transaction(async (connection) => {
      await this.#lockStudy(connection, studyId)
      const now = this.#time()
      const started = trial.state === 'waiting' ? null : now
      const { id } = await this.#insertTrial(
        connection,
        studyId,
        await this.#lastNumber(connection, studyId),
        {
          state: trial.state,
          started,
          completed: started,
        },
      )
      await this.#addParams(connection, studyId, id, trial.params ?? new Map())
      await this.#write.values(connection, id, trial.values ?? [])
      await this.#write.intermediateValues(connection, id, trial.intermediateValues ?? new Map())
      await this.#write.attributes(
        connection,
        'trial_user_attributes',
        'trial_id',
        id,
        trial.userAttributes ?? {},
      )
      await this.#write.attributes(
        connection,
        'trial_system_attributes',
        'trial_id',
        id,
        trial.systemAttributes ?? {},
      )
      return this.#readTrial(connection, id)
    })
  }

  startTrial(studyId: number, options: StartOptions): Promise<StartedTrial | undefined> {
    return this.#database.transaction(async (connection) => {
      await this.#lockStudy(connection, studyId)
      const last = await this.#lastNumber(connection, studyId)
      if (await this.#isBudgetTaken(connection, studyId, last, options.budget)) return undefined
      const trial =
        (await this.#claimWaiting(connection, studyId)) ??
        (await this.#createRunning(connection, studyId, last))
      const token = randomUUID()
      await connection.run(
        `INSERT INTO tune_leases (trial_id, token, expires_at) VALUES (?, ?, ${this.#database.dialect.now} + ?)`,
        [trial.id, token, options.leaseMs],
      )
      return { trial, lease: { trialId: trial.id, token } }
    })
  }

  setParams(trialId: number, params: ReadonlyMap<string, TrialParam>): Promise<void> {
    return this.#changeTrial(trialId, ['running'], (connection, studyId) =>
      this.#addParams(connection, studyId, trialId, params),
    )
  }

  setIntermediateValues(trialId: number, values: ReadonlyMap<number, number>): Promise<void> {
    return this.#changeTrial(trialId, ['running'], (connection) =>
      this.#write.intermediateValues(connection, trialId, values),
    )
  }

  setTrialAttributes(trialId: number, kind: AttributeKind, attributes: Attributes): Promise<void> {
    return this.#changeTrial(trialId, ['running', 'waiting'], (connection) =>
      this.#write.attributes(connection, ATTRIBUTE_TABLES[kind].trial, 'trial_id', trialId, attributes),
    )
  }

  finishTrial(trialId: number, outcome: TrialOutcome): Promise<void> {
    const { state, values, lease } = outcome
    return this.#database.transaction(async (connection) => {
      // The trial's row is locked before anything is written beneath it: two writers cannot wait for each other.
      const trial = await this.#lockTrial(connection, trialId)
      if (lease !== undefined) {
        const held = await connection.query('SELECT token FROM tune_leases WHERE trial_id = ?', [trialId])
        if (held[0]?.['token'] !== lease.token) throw leaseLost(trial)
      }
      assertState(trial, ['running'])
      await this.#finish(connection, trialId, state)
      await this.#write.values(connection, trialId, values ?? [])
    })
  }

  async renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    const lost: Lease[] = []
    for (const lease of leases) {
      const { rows } = await this.#database.transaction((connection) =>
        connection.run(
          `UPDATE tune_leases SET expires_at = ${this.#database.dialect.now} + ? WHERE trial_id = ? AND token = ?`,
          [leaseMs, lease.trialId, lease.token],
        ),
      )
      if (rows === 0) lost.push(lease)
    }
    return lost
  }

  async reapTrials(studyId: number): Promise<readonly number[]> {
    const expired = await this.#database.read((connection) =>
      connection.query(
        `SELECT t.trial_id FROM tune_leases l JOIN trials t ON t.trial_id = l.trial_id
          WHERE t.study_id = ? AND l.expires_at <= ${this.#database.dialect.now}`,
        [studyId],
      ),
    )
    const reaped: number[] = []
    for (const { trial_id: trialId } of expired) {
      const number = await this.#database.transaction((connection) =>
        this.#reap(connection, trialId as number),
      )
      if (number !== undefined) reaped.push(number)
    }
    return reaped.sort((a, b) => a - b)
  }

  readTrials(studyId: number, since?: TrialCursor): Promise<TrialPage> {
    const from =
      since instanceof StudyCursor && since.studyId === studyId ? since : new StudyCursor(studyId, 0, [])
    return this.#database.read(async (connection) => {
      const known = from.unfinished.map(() => '?').join(', ')
      const rows = await connection.query(
        `SELECT ${TRIAL_COLUMNS} FROM trials WHERE study_id = ? AND trial_id > ?${
          known === '' ? '' : ` UNION ALL SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id IN (${known})`
        }`,
        [studyId, from.lastId, ...from.unfinished],
      )
      if (rows.length === 0 && from.lastId === 0) await this.#assertStudy(connection, studyId)
      const trials = await readTrialRows(connection, rows)
      this.#distributions.learn(studyId, trials)
      const lastId = trials.reduce((last, { id }) => Math.max(last, id), from.lastId)
      const unfinished = trials.filter(({ state }) => !isFinished(state)).map(({ id }) => id)
      return { trials, cursor: new StudyCursor(studyId, lastId, unfinished) }
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#database[Symbol.asyncDispose]())
  }

  async #nameTaken(name: string): Promise<TuneError> {
    const rows = await this.#database.read((connection) =>
      connection.query('SELECT study_name FROM studies WHERE study_name = ?', [name]),
    )
    return studyExists(name, String(rows[0]?.['study_name'] ?? name))
  }

  #time(): string {
    return encodeTime(this.#clock.now(), this.#database.dialect.timeDigits)
  }

  /** Locks the study's row. It must be the first statement of its transaction, or what follows reads an older state. */
  async #lockStudy(connection: Connection, studyId: number): Promise<void> {
    const rows = await connection.query(
      `SELECT study_id FROM studies WHERE study_id = ?${this.#database.dialect.forUpdate}`,
      [studyId],
    )
    if (rows.length === 0) throw studyIdNotFound(studyId)
  }

  async #assertStudy(connection: Connection, studyId: number): Promise<void> {
    const rows = await connection.query('SELECT study_id FROM studies WHERE study_id = ?', [studyId])
    if (rows.length === 0) throw studyIdNotFound(studyId)
  }

  async #lockTrial(connection: Connection, trialId: number): Promise<Row> {
    const [row] = await connection.query(
      `SELECT study_id, ${TRIAL_COLUMNS} FROM trials WHERE trial_id = ?${this.#database.dialect.forUpdate}`,
      [trialId],
    )
    if (row === undefined) throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
    return row
  }

  #changeTrial(
    trialId: number,
    states: readonly FrozenTrial['state'][],
    change: (connection: Connection, studyId: number) => Promise<void>,
  ): Promise<void> {
    return this.#database.transaction(async (connection) => {
      const trial = await this.#lockTrial(connection, trialId)
      assertState(trial, states)
      await change(connection, trial['study_id'] as number)
    })
  }

  async #lastNumber(connection: Connection, studyId: number): Promise<number> {
    const rows = await connection.query(
      'SELECT number FROM trials WHERE study_id = ? ORDER BY trial_id DESC LIMIT 1',
      [studyId],
    )
    return (rows[0]?.['number'] ?? -1) as number
  }

  /** While there are fewer trials at all than the budget allows, nobody needs to count. */
  async #isBudgetTaken(
    connection: Connection,
    studyId: number,
    lastNumber: number,
    budget: number | undefined,
  ): Promise<boolean> {
    if (budget === undefined || lastNumber + 1 < budget) return false
    const rows = await connection.query(
      `SELECT COUNT(*) AS counted FROM trials WHERE study_id = ? AND state IN ('RUNNING', 'COMPLETE', 'PRUNED')`,
      [studyId],
    )
    return (rows[0]?.['counted'] as number) >= budget
  }

  async #claimWaiting(connection: Connection, studyId: number): Promise<FrozenTrial | undefined> {
    const rows = await connection.query(
      `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING' ORDER BY trial_id LIMIT 1`,
      [studyId],
    )
    const id = rows[0]?.['trial_id'] as number | undefined
    if (id === undefined) return undefined
    // Python claims a waiting trial without the study's lock, so that it may be gone by now.
    const { rows: claimed } = await connection.run(
      `UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ? AND state = 'WAITING'`,
      [this.#time(), id],
    )
    return claimed === 0 ? this.#claimWaiting(connection, studyId) : this.#readTrial(connection, id)
  }

  async #createRunning(connection: Connection, studyId: number, lastNumber: number): Promise<FrozenTrial> {
    const { id, number } = await this.#insertTrial(connection, studyId, lastNumber, {
      state: 'running',
      started: this.#time(),
      completed: null,
    })
    return {
      id,
      number,
      state: 'running',
      values: null,
      params: new Map(),
      intermediateValues: new Map(),
      userAttributes: {},
      systemAttributes: {},
      startedAt: this.#clock.now(),
      completedAt: null,
    }
  }

  async #insertTrial(
    connection: Connection,
    studyId: number,
    lastNumber: number,
    row: {
      readonly state: FrozenTrial['state']
      readonly started: string | null
      readonly completed: string | null
    },
  ): Promise<{ readonly id: number; readonly number: number }> {
    const number = lastNumber + 1
    const { id } = await connection.run(
      'INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)',
      [number, studyId, encodeState(row.state), row.started, row.completed],
    )
    return { id, number }
  }

  async #readTrial(connection: Connection, trialId: number): Promise<FrozenTrial> {
    const rows = await connection.query(`SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id = ?`, [trialId])
    const [trial] = await readTrialRows(connection, rows)
    if (trial === undefined)
      throw new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
    return trial
  }

  async #addParams(
    connection: Connection,
    studyId: number,
    trialId: number,
    params: ReadonlyMap<string, TrialParam>,
  ): Promise<void> {
    await this.#distributions.assertCompatible(connection, studyId, params)
    await this.#write.params(connection, trialId, params)
  }

  async #finish(connection: Connection, trialId: number, state: FrozenTrial['state']): Promise<void> {
    await connection.run('UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?', [
      encodeState(state),
      this.#time(),
      trialId,
    ])
    await connection.run('DELETE FROM tune_leases WHERE trial_id = ?', [trialId])
  }

  /** Fails the trial unless its lease was renewed or it was told meanwhile. */
  async #reap(connection: Connection, trialId: number): Promise<number | undefined> {
    const trial = await this.#lockTrial(connection, trialId)
    const expired = await connection.query(
      `SELECT trial_id FROM tune_leases WHERE trial_id = ? AND expires_at <= ${this.#database.dialect.now}`,
      [trialId],
    )
    if (expired.length === 0) return undefined
    if (trial['state'] !== 'RUNNING') {
      await connection.run('DELETE FROM tune_leases WHERE trial_id = ?', [trialId])
      return undefined
    }
    await this.#finish(connection, trialId, 'failed')
    return trial['number'] as number
  }
}
