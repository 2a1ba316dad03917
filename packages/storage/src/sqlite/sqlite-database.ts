import { DatabaseSync, type StatementSync } from 'node:sqlite'
import pRetry from 'p-retry'
import type { Connection, Database, Dialect, Row, SqlValue, Written } from '../relational/database.ts'
import { sqliteError } from './sqlite-errors.ts'
import { prepareTables } from './sqlite-tables.ts'

/**
 * How long to wait for the transaction of another connection, and the pause between tries, in milliseconds. SQLite's own
 * waiting would stop this thread, and with it any other connection of this process that is to end its transaction.
 */
const BUSY = {
  retries: 10_000,
  minTimeout: 1,
  factor: 1.5,
  maxTimeout: 20,
  maxRetryTime: 30_000,
  randomize: true,
}

/** SQLite's result code for a lock that another connection holds. */
const SQLITE_BUSY = 5

function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  return pRetry(work, {
    ...BUSY,
    shouldRetry: ({ error }) => 'errcode' in error && error.errcode === SQLITE_BUSY,
  })
}

const dialect: Dialect = {
  forUpdate: '',
  now: `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
  timeDigits: 6,
  longestText: Number.POSITIVE_INFINITY,
  keepExisting: () => 'ON CONFLICT DO NOTHING',
  replaceExisting: (unique, columns) =>
    `ON CONFLICT (${unique.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
}

/** A connection to a file. Statements are prepared once. */
class SqliteConnection implements Connection {
  readonly #file: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: DatabaseSync) {
    this.#file = file
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return this.#prepare(sql).all(...values) as Row[]
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<Written> {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values)
    return { rows: Number(changes), id: Number(lastInsertRowid) }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#file.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** A connection outside a transaction, where each statement may have to wait for others. */
class PatientConnection implements Connection {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  query(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return patiently(() => this.#connection.query(sql, values))
  }

  run(sql: string, values?: readonly SqlValue[]): Promise<Written> {
    return patiently(() => this.#connection.run(sql, values))
  }
}

/**
 * Opens a SQLite file, and gives it Optuna's tables when it is new.
 *
 * The file is in WAL mode: readers and a writer do not hinder each other, in any number of processes on this machine.
 *
 * @param path a file, or `:memory:`.
 * @throws TuneError STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_FULL, STORAGE_CORRUPT, STORAGE_SCHEMA
 */
export async function openSqlite(path: string, onChange?: (what: string) => void): Promise<Database> {
  const database = await connectSqlite(path)
  try {
    await database.statements((connection) => connection.query('PRAGMA journal_mode = WAL'))
    await database.transaction((connection) =>
      prepareTables(connection, dialect, `SQLite file ${path}`, onChange),
    )
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  return database
}

/** Opens a SQLite file as it is, whatever tables it has. */
export async function connectSqlite(path: string): Promise<Database> {
  try {
    const file = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false })
    await patiently(() => file.exec('PRAGMA synchronous = NORMAL'))
    return sqliteDatabase(file, path)
  } catch (error) {
    throw sqliteError(error, path)
  }
}

function sqliteDatabase(file: DatabaseSync, path: string): Database {
  const connection = new SqliteConnection(file)
  // One connection has one transaction at a time; those who come meanwhile wait here.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn.catch((error: unknown) => {
      throw sqliteError(error, path)
    })
  }
  return {
    dialect,
    losesAnswers: false,
    tellsNamesApart: true,
    statements: (work) => inTurn(() => work(new PatientConnection(connection), false)),
    transaction: (work) =>
      inTurn(async () => {
        // IMMEDIATE takes the write lock at once, so that nothing that was read can change before it is written.
        await patiently(() => file.exec('BEGIN IMMEDIATE'))
        try {
          const result = await work(connection, false)
          file.exec('COMMIT')
          return result
        } catch (error) {
          if (file.isTransaction) file.exec('ROLLBACK')
          throw error
        }
      }),
    [Symbol.asyncDispose]: () => inTurn(async () => file.close()),
  }
}
