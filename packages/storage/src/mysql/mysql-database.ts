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
    await opened.read((connection) => prepareTables(pool, connection, `MySQL at ${where}`))
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

/** Makes the tables that are missing. Several processes may do so at once: each statement is safe to repeat. */
async function prepareTables(pool: Pool, connection: Connection, where: string): Promise<void> {
  const tables = await connection.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
  )
  const names = new Set(tables.map(({ name }) => String(name)))
  const collation = await binaryCollation(connection)
  const create = async (statements: readonly string[]) => {
    for (const statement of statements) {
      const suffix = statement.startsWith('CREATE TABLE')
        ? ` ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=${collation}`
        : ''
      await pool.query(statement + suffix)
    }
  }
  if (!names.has('alembic_version')) {
    await create(OPTUNA_TABLES)
    await ignoring('ER_DUP_ENTRY', () => writeVersions(connection))
  }
  await assertVersions(connection, where)
  if (!names.has('tune_leases')) {
    await create(TUNE_TABLES)
    await ignoring('ER_DUP_KEYNAME', () => create([STATE_INDEX]))
  }
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

/** What another process has done first is done. */
async function ignoring(code: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (errorCode(error) !== code) throw error
  }
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
