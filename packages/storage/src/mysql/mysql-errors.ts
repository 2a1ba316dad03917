import { isTuneError, TuneError, type TuneErrorCode } from '@tune/core'

/** What a failure means, by the server's symbol or the system's error code. */
const KNOWN: Readonly<Record<string, readonly [TuneErrorCode, string]>> = {
  ECONNREFUSED: ['STORAGE_UNAVAILABLE', 'nothing answers there (ECONNREFUSED); is the server running?'],
  ENOTFOUND: ['STORAGE_UNAVAILABLE', 'there is no such host (ENOTFOUND)'],
  ENOENT: ['STORAGE_UNAVAILABLE', 'there is no such socket (ENOENT)'],
  ETIMEDOUT: ['STORAGE_UNAVAILABLE', 'it does not answer in time (ETIMEDOUT)'],
  ECONNRESET: ['STORAGE_UNAVAILABLE', 'the connection was lost (ECONNRESET)'],
  PROTOCOL_CONNECTION_LOST: ['STORAGE_UNAVAILABLE', 'the connection was lost'],
  ER_ACCESS_DENIED_ERROR: ['STORAGE_UNAVAILABLE', 'it refuses this user or password'],
  ER_DBACCESS_DENIED_ERROR: ['STORAGE_UNAVAILABLE', 'this user may not use the database'],
  ER_BAD_DB_ERROR: ['STORAGE_UNAVAILABLE', 'there is no such database; create it first'],
  ER_OPTION_PREVENTS_STATEMENT: ['STORAGE_READ_ONLY', 'the server is read-only'],
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: ['STORAGE_READ_ONLY', 'the server is read-only'],
  ER_DUP_ENTRY: ['STORAGE_CONFLICT', 'another client made the same row first'],
  ER_RECORD_FILE_FULL: ['STORAGE_FULL', 'its table is full'],
  ER_DISK_FULL: ['STORAGE_FULL', 'its disk is full'],
}

/** Failures after which the server has rolled everything back, so that the same transaction can be tried again. */
export const RETRYABLE: ReadonlySet<string> = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
])

export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** What a failure of MySQL means, in one line. `where` names the server without a password. */
export function mysqlError(error: unknown, where: string): unknown {
  if (isTuneError(error) || !(error instanceof Error) || !('code' in error)) return error
  const code = errorCode(error)
  const [kind, meaning] =
    KNOWN[code] ?? (['STORAGE_FAILED', `${code}: ${error.message.split('\n')[0]}`] as const)
  return new TuneError(kind, `MySQL at ${where}: ${meaning}`, { where, code }, error)
}
