import { DatabaseSync, type StatementSync } from 'node:sqlite'
import pRetry from 'p-retry'
import type { Answer, Database, Dialect, Row, Statement, Steps } from '../relational/database.ts'
import { storageClosed } from '../relational/errors.ts'
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

/** SQLite's primary result code for a lock that another connection holds, or a write to what it has changed. */
const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
}

function patiently<T>(work: () => T): Promise<T> {
  return pRetry(work, { ...BUSY, shouldRetry: ({ error }) => isBusy(error) })
}

const dialect: Dialect = {
  forUpdate: '',
  now: `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
  secondsSince: (column) => `(unixepoch('subsec') - unixepoch(${column}))`,
  timeDigits: 6,
  reusesKeys: true,
  longestText: Number.POSITIVE_INFINITY,
  keepExisting: () => 'ON CONFLICT DO NOTHING',
  replaceExisting: (unique, columns) =>
    `ON CONFLICT (${unique.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
}

/** A file, and its statements, which are prepared once. */
class SqliteFile {
  readonly #file: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: DatabaseSync) {
    this.#file = file
  }

  /**
   * Does everything in one transaction, at once: nothing else of this process happens meanwhile.
   *
   * @param begin IMMEDIATE takes the write lock at once, so that nothing that was read can change before it is written;
   * DEFERRED takes it with the first statement that writes. All that is read is of one moment.
   */
  transact<T>(begin: 'IMMEDIATE' | 'DEFERRED', steps: Steps<T>): T {
    this.#file.exec(`BEGIN ${begin}`)
    try {
      let next = steps.next()
      while (next.done !== true) next = this.#advance(steps, next.value)
      this.#file.exec('COMMIT')
      return next.value
    } catch (error) {
      if (this.#file.isTransaction) this.#file.exec('ROLLBACK')
      throw error
    }
  }

  #advance<T>(steps: Steps<T>, statement: Statement): IteratorResult<Statement, T> {
    let answer: Answer
    try {
      answer = this.#answer(statement)
    } catch (error) {
      return steps.throw(error)
    }
    return steps.next(answer)
  }

  #answer({ sql, values, reads }: Statement): Answer {
    const statement = this.#prepare(sql)
    if (reads) return { rows: statement.all(...values) as Row[], count: 0, id: 0 }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], count: Number(changes), id: Number(lastInsertRowid) }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#file.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
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
  const database = await connectSqlite(path, true)
  try {
    await database.transaction(() => prepareTables(dialect, `SQLite file ${path}`, onChange))
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  return database
}

/**
 * Opens a SQLite file as it is, whatever tables it has.
 *
 * @param wal whether it is put into WAL mode. Default: false.
 */
export async function connectSqlite(path: string, wal = false): Promise<Database> {
  try {
    const file = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false })
    await patiently(() => file.exec('PRAGMA synchronous = NORMAL'))
    if (wal) await patiently(() => file.exec('PRAGMA journal_mode = WAL'))
    return sqliteDatabase(file, path)
  } catch (error) {
    throw sqliteError(error, path)
  }
}

function sqliteDatabase(database: DatabaseSync, path: string): Database {
  const file = new SqliteFile(database)
  let isClosed = false
  // Those who wait for another connection's transaction wait in turn.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) return Promise.reject(storageClosed(`SQLite file ${path}`))
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
    statements: (work) => inTurn(() => patiently(() => file.transact('DEFERRED', work(false)))),
    transaction: (work) => inTurn(() => patiently(() => file.transact('IMMEDIATE', work(false)))),
    [Symbol.asyncDispose]: async () => {
      if (isClosed) return
      const closed = inTurn(async () => database.close())
      isClosed = true
      await closed
    },
  }
}
