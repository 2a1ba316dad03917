import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { TuneError } from '@tune/core'
import mysql, { type Pool, type PoolOptions, type SslOptions } from 'mysql2/promise'
import type { MysqlAddress, TlsFiles } from './mysql-address.ts'

/**
 * How to reach a server in another way than by its address: the options that `getOptions` of
 * `@google-cloud/cloud-sql-connector` gives for mysql2, or any stream to a server.
 */
export interface MysqlConnector {
  /** Gives a stream to the server; called for each connection. */
  readonly stream: () => Duplex
}

const CONNECTIONS = 8
const CONNECT_MS = 5000
/** How long to wait for a lock before the transaction is tried again, in seconds. */
const LOCK_WAIT_SECONDS = 10

/**
 * What every connection begins with. Each statement sees what is committed when it begins, whatever the transaction has
 * read before; there are no locks on gaps, which would make neighbours wait for each other; what does not fit a column
 * is an error, not cut off.
 */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_TRANS_TABLES'), SESSION autocommit = 1,
    SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
]

/** The one pool of a storage. Times come as text: they have no zone that a driver could know. */
export function createPool(address: MysqlAddress, connector: MysqlConnector | undefined): Pool {
  const pool = mysql.createPool(poolOptions(address, connector))
  pool.on('connection', (connection) => {
    // They go first on the connection; if one fails, so does whatever comes next on it.
    for (const statement of SESSION) void connection.query(statement)
  })
  return pool
}

function poolOptions(address: MysqlAddress, connector: MysqlConnector | undefined): PoolOptions {
  const { host, port, socket, user, password, database, tls } = address
  return {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    ...(tls === undefined ? {} : { ssl: sslOptions(tls) }),
    ...(connector === undefined ? {} : { stream: connector.stream }),
    user,
    password,
    database,
    charset: 'utf8mb4_bin',
    dateStrings: true,
    connectionLimit: CONNECTIONS,
    enableKeepAlive: true,
    connectTimeout: Math.min(CONNECT_MS, address.attemptMs),
  }
}

function sslOptions({ ca, cert, key, verify, verifyHost }: TlsFiles): SslOptions {
  return {
    ...(ca === undefined ? {} : { ca: pem('ssl_ca', ca) }),
    ...(cert === undefined ? {} : { cert: pem('ssl_cert', cert) }),
    ...(key === undefined ? {} : { key: pem('ssl_key', key) }),
    rejectUnauthorized: verify,
    verifyIdentity: verify && verifyHost,
  }
}

function pem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new TuneError(
      'STORAGE_URL',
      `storage URL: ${parameter} names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
      { parameter, path },
      error,
    )
  }
}
