import mysql, { type Pool, type PoolConnection, type PoolOptions, type ResultSetHeader } from 'mysql2/promise'
import pRetry from 'p-retry'
import type { Connection, Database, Dialect, Row, SqlValue } from '../relational/database.ts'
import { assertVersions, writeVersions } from '../relational/schema.ts'
import { errorCode, mysqlError, RETRYABLE } from './mysql-errors.ts'
import { OPTUNA_TABLES, STATE_INDEX, TUNE_TABLES } from './mysql-schema.ts'

const dialect: Dialect = {
  forUpdate: ' FOR UPDATE',
  now: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)',
  timeDigits: 0,
  keepExisting: (key) => `ON DUPLICATE KEY UPDATE ${key} = ${key}`,
  replaceExisting: (_, columns) =>
    `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
}

/** How often a transaction that the server rolled back is tried again, and the pause between, in milliseconds. */
const RETRY = { retries: 10, minTimeout: 5, maxTimeout: 500, factor: 2, randomize: true }

/** Where a MySQL or MariaDB server is, and as whom to go there. */
export interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly socket: string | undefined
  readonly user: string
  readonly password: string
  readonly database: string
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

/**
 * Opens a MySQL or MariaDB database, and gives it Optuna's tables when it has none.
 *
 * @throws TuneError STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_SCHEMA
 */
export async function openMysql(address: MysqlAddress): Promise<Database> {
  const { host, port, socket, user, database } = address
  const where = `${socket ?? `${host}:${port}`}/${database} as ${user}`
  const pool = mysql.createPool(poolOptions(address))
  const opened = mysqlDatabase(pool, where)
  try {
    await opened.read((connection) => prepareTables(connection, `MySQL at ${where}`))
  } catch (error) {
    await pool.end()
    throw error
  }
  return opened
}

function poolOptions({ host, port, socket, user, password, database }: MysqlAddress): PoolOptions {
  return {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    user,
    password,
    database,
    charset: 'utf8mb4_bin',
    dateStrings: true,
    connectionLimit: 8,
    enableKeepAlive: true,
    connectTimeout: 10_000,
  }
}

/** How long to wait for another process that makes the tables, in seconds. */
const SCHEMA_LOCK_SECONDS = 60

/** Makes the tables that are missing. Of several processes one does it; the others wait and find them. */
async function prepareTables(connection: Connection, where: string): Promise<void> {
  const lock = `CONCAT('tune:', MD5(DATABASE()))`
  await connection.query(`SELECT GET_LOCK(${lock}, ${SCHEMA_LOCK_SECONDS})`)
  try {
    await createMissing(connection, where)
  } finally {
    await connection.query(`SELECT RELEASE_LOCK(${lock})`)
  }
}

async function createMissing(connection: Connection, where: string): Promise<void> {
  const tables = await connection.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
  )
  const names = new Set(tables.map(({ name }) => String(name)))
  const suffix = ` ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=${await binaryCollation(connection)}`
  if (!names.has('alembic_version')) {
    for (const statement of OPTUNA_TABLES) await connection.run(statement + suffix)
    await writeVersions(connection)
  }
  await assertVersions(connection, where)
  if (names.has('tune_leases')) return
  const indexes = await connection.query(
    `SELECT index_name AS name FROM information_schema.statistics
      WHERE table_schema = DATABASE() AND table_name = 'trials' AND index_name = 'ix_tune_trials_state'`,
  )
  if (indexes.length === 0) await connection.run(STATE_INDEX)
  for (const statement of TUNE_TABLES) await connection.run(statement + suffix)
}

/** The collation that tells `lr` from `LR` and `a` from `a `, which is not the default of any server. */
async function binaryCollation(connection: Connection): Promise<string> {
  const rows = await connection.query(
    `SELECT collation_name AS name FROM information_schema.collations
      WHERE collation_name IN ('utf8mb4_0900_bin', 'utf8mb4_nopad_bin', 'utf8mb4_bin')`,
  )
  const names = new Set(rows.map(({ name }) => String(name)))
  return ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].find((name) => names.has(name)) ?? 'utf8mb4_bin'
}

function mysqlDatabase(pool: Pool, where: string): Database {
  const borrow = async <T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> => {
    try {
      const connection = await pool.getConnection()
      try {
        return await work(connection)
      } finally {
        connection.release()
      }
    } catch (error) {
      throw mysqlError(error, where)
    }
  }
  return {
    dialect,
    read: (work) => borrow((connection) => work(connectionOf(connection))),
    transaction: (work) =>
      borrow((connection) =>
        pRetry(() => inTransaction(connection, work), {
          ...RETRY,
          shouldRetry: ({ error }) => RETRYABLE.has(errorCode(error)),
        }),
      ),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function inTransaction<T>(
  connection: PoolConnection,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  await connection.beginTransaction()
  try {
    const result = await work(connectionOf(connection))
    await connection.commit()
    return result
  } catch (error) {
    // A lost connection cannot roll back, and need not: the server does.
    await connection.rollback().catch(() => {})
    throw error
  }
}
