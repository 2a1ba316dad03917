import { after } from '@tune/core'
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise'
import pRetry from 'p-retry'
import type { Answer, Database, Row, SqlValue, Statement, Steps, Work } from '../relational/database.ts'
import { storageClosed } from '../relational/errors.ts'
import { type CloudSqlOptions, cloudSqlConnector } from './cloud-sql.ts'
import { type MysqlAddress, mysqlName } from './mysql-address.ts'
import { mysqlDialect as dialect } from './mysql-dialect.ts'
import { mysqlError, recoveryFrom } from './mysql-errors.ts'
import { createPool, type MysqlConnector } from './mysql-pool.ts'
import { prepareTables, tellsNamesApart } from './mysql-tables.ts'

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
  readonly cloudSql?: CloudSqlOptions | undefined
  /** Called with the name of each table or change that is made. */
  readonly onChange?: ((what: string) => void) | undefined
}

/**
 * Opens a MySQL or MariaDB database, and gives it Optuna's tables when it has none.
 *
 * @throws TuneError STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_SCHEMA, STORAGE_URL
 */
export async function openMysql(address: MysqlAddress, options: MysqlOptions = {}): Promise<Database> {
  const server = await serverAt(address, options)
  try {
    const isExact = await openingOn(server, address).statements(function* () {
      yield* prepareTables(dialect, mysqlName(address), options.onChange)
      return yield* tellsNamesApart()
    })
    return mysqlDatabase(server, new Transactions(server.pool, address), isExact)
  } catch (error) {
    await server.close().catch(() => {})
    throw error
  }
}

/** Connects to a database as it is, whatever tables it has. */
export async function connectMysql(address: MysqlAddress, options: MysqlOptions = {}): Promise<Database> {
  return openingOn(await serverAt(address, options), address)
}

/** Connections to a server, and the way to it. */
interface Server {
  readonly pool: Pool
  close(): Promise<void>
}

async function serverAt(address: MysqlAddress, options: MysqlOptions): Promise<Server> {
  const way = address.cloudSql && (await cloudSqlConnector(address.cloudSql, options.cloudSql))
  const pool = createPool(address, options.connector ?? way)
  return {
    pool,
    close: async () => {
      await pool.end()
      way?.[Symbol.dispose]()
    },
  }
}

function openingOn(server: Server, address: MysqlAddress): Database {
  const [most, unanswered] = [OPENING_MS, OPENING_UNANSWERED_MS].map((ms) => Math.min(ms, address.patienceMs))
  return mysqlDatabase(server, new Transactions(server.pool, address, most, unanswered), true)
}

function mysqlDatabase(server: Server, transactions: Transactions, isExact: boolean): Database {
  return {
    dialect,
    losesAnswers: true,
    tellsNamesApart: isExact,
    statements: (work) => transactions.run(false, work),
    transaction: (work) => transactions.run(true, work),
    [Symbol.asyncDispose]: async () => {
      if (transactions.isStopped) return
      transactions.stop()
      await server.close()
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

  get isStopped(): boolean {
    return this.#stopped.signal.aborted
  }

  /** What waits for a better moment gives up. */
  stop(): void {
    this.#stopped.abort()
  }

  /** @param whole whether all statements are one transaction. */
  async run<T>(whole: boolean, work: Work<T>): Promise<T> {
    if (this.isStopped) throw storageClosed(mysqlName(this.#address))
    const begin = process.hrtime.bigint()
    const elapsed = () => Number(process.hrtime.bigint() - begin) / 1e6
    let again = false
    let failure: unknown
    try {
      return await pRetry(() => this.#attempt(whole, work(again)), {
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
      if (this.isStopped) throw storageClosed(mysqlName(this.#address))
      throw mysqlError(failure ?? error, mysqlName(this.#address), elapsed())
    }
  }

  /** A connection of the pool. What is waited for has a limit, also where the driver forgets to answer. */
  async #connect(): Promise<PoolConnection> {
    const connecting = this.#pool.getConnection()
    try {
      return await within(this.#address.attemptMs, connecting, 'NO_CONNECTION')
    } catch (error) {
      // Should it come after all, somebody else can have it.
      connecting.then(
        (late) => late.release(),
        () => {},
      )
      throw error
    }
  }

  async #attempt<T>(whole: boolean, steps: Steps<T>): Promise<T> {
    const pooled = await this.#connect()
    const connection = new MysqlConnection(pooled, this.#address.attemptMs)
    try {
      const result = await (whole ? connection.transact(steps) : connection.take(steps))
      pooled.release()
      return result
    } catch (error) {
      if (recoveryFrom(error) === 'reconnect') pooled.destroy()
      else pooled.release()
      throw error
    }
  }
}

/** A connection on which one step follows the other. */
class MysqlConnection {
  readonly #connection: PoolConnection
  readonly #answerMs: number

  /** @param answerMs how long the server may take for one answer. */
  constructor(connection: PoolConnection, answerMs: number) {
    this.#connection = connection
    this.#answerMs = answerMs
  }

  async transact<T>(steps: Steps<T>): Promise<T> {
    await this.#command('START TRANSACTION')
    try {
      const result = await this.take(steps)
      await this.#command('COMMIT')
      return result
    } catch (error) {
      // A lost connection cannot roll back, and need not: the server does.
      if (recoveryFrom(error) !== 'reconnect') await this.#command('ROLLBACK').catch(() => {})
      throw error
    }
  }

  async take<T>(steps: Steps<T>): Promise<T> {
    let next = steps.next()
    while (next.done !== true) {
      let answer: Answer
      try {
        answer = await this.#answer(next.value)
      } catch (error) {
        next = steps.throw(error)
        continue
      }
      next = steps.next(answer)
    }
    return next.value
  }

  async #answer({ sql, values, reads }: Statement): Promise<Answer> {
    const sent = this.#connection.execute(sql, [...values] as SqlValue[])
    const [result] = await within(this.#answerMs, sent)
    if (reads) return { rows: result as unknown as Row[], count: 0, id: 0 }
    const { affectedRows, insertId } = result as ResultSetHeader
    return { rows: [], count: affectedRows, id: insertId }
  }

  async #command(sql: string): Promise<void> {
    await within(this.#answerMs, this.#connection.query(sql))
  }
}

/** Rejects after a time, as if the connection were lost: a server that stalls must not hold us for ever. */
function within<T>(ms: number, running: Promise<T>, code = 'ETIMEDOUT'): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const overdue = () => reject(Object.assign(new Error('no answer in time'), { code }))
  const timer = after(ms, overdue)
  running.then(resolve, reject).finally(() => timer[Symbol.dispose]())
  return promise
}
