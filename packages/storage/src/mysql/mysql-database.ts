import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise'
import pRetry from 'p-retry'
import type { Connection, Database, Dialect, Row, SqlValue, Work } from '../relational/database.ts'
import { type MysqlAddress, mysqlName } from './mysql-address.ts'
import { mysqlError, recoveryFrom } from './mysql-errors.ts'
import { createPool, type MysqlConnector } from './mysql-pool.ts'
import { prepareTables, tellsNamesApart } from './mysql-tables.ts'

const dialect: Dialect = {
  forUpdate: ' FOR UPDATE',
  now: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)',
  timeDigits: 0,
  longestText: 65_535,
  keepExisting: (column) => `ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`,
  replaceExisting: (_, columns) =>
    `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
}

/** The pause between two tries, in milliseconds. */
const PAUSE = { minTimeout: 5, maxTimeout: 1000, factor: 2, randomize: true }
/**
 * How long opening goes on trying, in milliseconds: somebody waits for it. Less where nothing answers: then the address
 * may be wrong.
 */
const OPENING_MS = 20_000
const OPENING_UNANSWERED_MS = 5000

/** How to open a database. */
export interface MysqlOptions {
  readonly connector?: MysqlConnector | undefined
  /** Called with the name of each table or change that is made. */
  readonly onChange?: ((what: string) => void) | undefined
}

/**
 * Opens a MySQL or MariaDB database, and gives it Optuna's tables when it has none.
 *
 * @throws TuneError STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_SCHEMA, STORAGE_URL
 */
export async function openMysql(address: MysqlAddress, options: MysqlOptions = {}): Promise<Database> {
  const pool = createPool(address, options.connector)
  try {
    const isExact = await openingOn(pool, address).statements(async (connection) => {
      await prepareTables(connection, dialect, mysqlName(address), options.onChange)
      return tellsNamesApart(connection)
    })
    return mysqlDatabase(pool, new Transactions(pool, address), isExact)
  } catch (error) {
    await pool.end().catch(() => {})
    throw error
  }
}

/** Connects to a database as it is, whatever tables it has. */
export function connectMysql(address: MysqlAddress, options: MysqlOptions = {}): Database {
  return openingOn(createPool(address, options.connector), address)
}

function openingOn(pool: Pool, address: MysqlAddress): Database {
  const [most, unanswered] = [OPENING_MS, OPENING_UNANSWERED_MS].map((ms) => Math.min(ms, address.patienceMs))
  return mysqlDatabase(pool, new Transactions(pool, address, most, unanswered), true)
}

function mysqlDatabase(pool: Pool, transactions: Transactions, isExact: boolean): Database {
  return {
    dialect,
    losesAnswers: true,
    tellsNamesApart: isExact,
    statements: (work) => transactions.run(false, work),
    transaction: (work) => transactions.run(true, work),
    [Symbol.asyncDispose]: async () => {
      transactions.stop()
      await pool.end()
    },
  }
}

/** Runs work on connections of the pool, and tries it again while there is hope. */
class Transactions {
  readonly #pool: Pool
  readonly #address: MysqlAddress
  readonly #patienceMs: number
  readonly #unansweredMs: number
  readonly #stopped = new AbortController()

  /** @param unansweredMs for how long to try while the server takes no connections. */
  constructor(pool: Pool, address: MysqlAddress, patienceMs = address.patienceMs, unansweredMs = patienceMs) {
    this.#pool = pool
    this.#address = address
    this.#patienceMs = patienceMs
    this.#unansweredMs = unansweredMs
  }

  /** What waits for a better moment gives up. */
  stop(): void {
    this.#stopped.abort()
  }

  /** @param whole whether all statements are one transaction. */
  async run<T>(whole: boolean, work: Work<T>): Promise<T> {
    const begin = process.hrtime.bigint()
    const elapsed = () => Number(process.hrtime.bigint() - begin) / 1e6
    let again = false
    let failure: unknown
    try {
      return await pRetry(() => this.#attempt(whole, (connection) => work(connection, again)), {
        ...PAUSE,
        retries: Number.POSITIVE_INFINITY,
        maxRetryTime: this.#patienceMs,
        signal: this.#stopped.signal,
        shouldRetry: ({ error }) => {
          failure = error
          const recovery = recoveryFrom(error)
          again ||= recovery === 'reconnect'
          return recovery !== 'give up' && (recovery !== 'wait' || elapsed() < this.#unansweredMs)
        },
      })
    } catch (error) {
      throw mysqlError(failure ?? error, mysqlName(this.#address), elapsed())
    }
  }

  async #attempt<T>(whole: boolean, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#pool.getConnection()
    try {
      const running = whole ? inTransaction(connection, work) : work(connectionOf(connection))
      const result = await within(this.#address.attemptMs, running)
      connection.release()
      return result
    } catch (error) {
      if (recoveryFrom(error) === 'reconnect') connection.destroy()
      else connection.release()
      throw error
    }
  }
}

/** Rejects after a time, as if the connection were lost: a server that stalls must not hold us for ever. */
function within<T>(ms: number, running: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const overdue = () => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }))
  const timer = setTimeout(overdue, ms)
  running.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}

async function inTransaction<T>(
  connection: PoolConnection,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  await connection.query('START TRANSACTION')
  try {
    const result = await work(connectionOf(connection))
    await connection.query('COMMIT')
    return result
  } catch (error) {
    // A lost connection cannot roll back, and need not: the server does.
    if (recoveryFrom(error) !== 'reconnect') await connection.query('ROLLBACK').catch(() => {})
    throw error
  }
}

function connectionOf(connection: PoolConnection): Connection {
  return {
    query: async (sql, values = []) => (await connection.execute(sql, [...values]))[0] as unknown as Row[],
    run: async (sql, values = []) => {
      const [header] = await connection.execute<ResultSetHeader>(sql, [...values] as SqlValue[])
      return { rows: header.affectedRows, id: header.insertId }
    },
  }
}
