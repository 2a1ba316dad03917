import { isTuneError, TuneError, type TuneErrorCode } from '@tune/core'

/** What a failure means for what was being done. */
export type Recovery =
  /** The server has undone the transaction: it can be tried again at once. */
  | 'repeat'
  /** The server took no notice of it: it can be tried again later. */
  | 'wait'
  /** The connection is of no use any more, and nobody knows whether the transaction happened. */
  | 'reconnect'
  | 'give up'

type Meaning = readonly [recovery: Recovery, code: TuneErrorCode, text: string]

const LOST = 'the connection was lost'
const READ_ONLY = 'the server is read-only'
const FULL = 'it takes no more connections'

/** What a failure means, by the server's symbol or the system's error code. */
const KNOWN: Readonly<Record<string, Meaning>> = {
  ER_LOCK_DEADLOCK: ['repeat', 'STORAGE_FAILED', 'a deadlock, again and again'],
  ER_CHECKREAD: ['repeat', 'STORAGE_FAILED', 'a row was changed meanwhile, again and again'],
  ER_LOCK_WAIT_TIMEOUT: ['repeat', 'STORAGE_FAILED', 'another client holds a lock for too long'],
  ER_NO_REFERENCED_ROW_2: ['repeat', 'STORAGE_CONFLICT', 'another client deleted what it belongs to'],
  ER_ROW_IS_REFERENCED_2: ['repeat', 'STORAGE_CONFLICT', 'another client adds to it, again and again'],
  ER_CON_COUNT_ERROR: ['wait', 'STORAGE_UNAVAILABLE', FULL],
  ER_TOO_MANY_USER_CONNECTIONS: ['wait', 'STORAGE_UNAVAILABLE', `${FULL} of this user`],
  ER_USER_LIMIT_REACHED: ['wait', 'STORAGE_UNAVAILABLE', `${FULL} of this user`],
  ECONNREFUSED: [
    'wait',
    'STORAGE_UNAVAILABLE',
    'nothing answers there (ECONNREFUSED); is the server running?',
  ],
  NO_CONNECTION: ['wait', 'STORAGE_UNAVAILABLE', 'no connection could be had in time'],
  ENOENT: ['wait', 'STORAGE_UNAVAILABLE', 'there is no such socket (ENOENT); is the server running?'],
  EAI_AGAIN: ['wait', 'STORAGE_UNAVAILABLE', 'its name cannot be looked up now (EAI_AGAIN)'],
  EHOSTUNREACH: ['wait', 'STORAGE_UNAVAILABLE', 'there is no way to the host (EHOSTUNREACH)'],
  ETIMEDOUT: ['reconnect', 'STORAGE_UNAVAILABLE', 'it does not answer in time (ETIMEDOUT)'],
  ECONNRESET: ['reconnect', 'STORAGE_UNAVAILABLE', `${LOST} (ECONNRESET)`],
  EPIPE: ['reconnect', 'STORAGE_UNAVAILABLE', `${LOST} (EPIPE)`],
  PROTOCOL_CONNECTION_LOST: ['reconnect', 'STORAGE_UNAVAILABLE', LOST],
  PROTOCOL_PACKETS_OUT_OF_ORDER: ['reconnect', 'STORAGE_UNAVAILABLE', LOST],
  ER_SERVER_SHUTDOWN: ['reconnect', 'STORAGE_UNAVAILABLE', 'the server shuts down'],
  ER_NEW_ABORTING_CONNECTION: ['reconnect', 'STORAGE_UNAVAILABLE', LOST],
  ER_CONNECTION_KILLED: ['reconnect', 'STORAGE_UNAVAILABLE', 'the connection was killed'],
  ER_QUERY_INTERRUPTED: ['reconnect', 'STORAGE_UNAVAILABLE', 'the statement was killed'],
  ER_CLIENT_INTERACTION_TIMEOUT: ['reconnect', 'STORAGE_UNAVAILABLE', 'the connection was idle for too long'],
  // After a fail-over the old server answers on, read-only: only a new connection finds the new one.
  ER_OPTION_PREVENTS_STATEMENT: ['reconnect', 'STORAGE_READ_ONLY', READ_ONLY],
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: ['reconnect', 'STORAGE_READ_ONLY', READ_ONLY],
  ER_READ_ONLY_MODE: ['reconnect', 'STORAGE_READ_ONLY', READ_ONLY],
  ENOTFOUND: ['give up', 'STORAGE_UNAVAILABLE', 'there is no such host (ENOTFOUND)'],
  ER_ACCESS_DENIED_ERROR: ['give up', 'STORAGE_UNAVAILABLE', 'it refuses this user or password'],
  ER_DBACCESS_DENIED_ERROR: ['give up', 'STORAGE_UNAVAILABLE', 'this user may not use the database'],
  ER_TABLEACCESS_DENIED_ERROR: ['give up', 'STORAGE_UNAVAILABLE', 'this user lacks a privilege'],
  ER_BAD_DB_ERROR: ['give up', 'STORAGE_UNAVAILABLE', 'there is no such database; create it first'],
  ER_DUP_ENTRY: ['give up', 'STORAGE_CONFLICT', 'another client made the same row first'],
  ER_RECORD_FILE_FULL: ['give up', 'STORAGE_FULL', 'its table is full'],
  ER_DISK_FULL: ['give up', 'STORAGE_FULL', 'its disk is full'],
  HANDSHAKE_NO_SSL_SUPPORT: ['give up', 'STORAGE_UNAVAILABLE', 'it does not offer TLS'],
}

/** What TLS says of a certificate that is not to be trusted. */
const CERTIFICATE = /certificate|altname|self.signed/i

/** Messages of the driver that come without a code of their own. */
const LOST_MESSAGES = /closed state|connection is closed|Connection lost|after fatal error|Pool is closed/i

function meaningOf(error: unknown): Meaning | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (Object.hasOwn(KNOWN, code)) return KNOWN[code]
  if (error instanceof Error && (code === 'HANDSHAKE_SSL_ERROR' || CERTIFICATE.test(error.message))) {
    const why = error.message.split('\n')[0]
    return ['give up', 'STORAGE_UNAVAILABLE', `its certificate is not accepted (${why}); see ssl_ca`]
  }
  if (error instanceof Error && LOST_MESSAGES.test(error.message)) return KNOWN['PROTOCOL_CONNECTION_LOST']
  return undefined
}

/** What to do after a failure. What is not known, and what our own code throws, is final. */
export function recoveryFrom(error: unknown): Recovery {
  return isTuneError(error) ? 'give up' : (meaningOf(error)?.[0] ?? 'give up')
}

/** What a failure of MySQL means, in one line. `where` names the server without a password. */
export function mysqlError(error: unknown, where: string, triedMs: number): unknown {
  if (isTuneError(error) || !(error instanceof Error)) return error
  const known = meaningOf(error)
  if (known === undefined && !('code' in error)) return error
  const code = 'code' in error ? String(error.code) : ''
  const [recovery, kind, text] =
    known ?? (['give up', 'STORAGE_FAILED', `${code}: ${error.message.split('\n')[0]}`] as const)
  const tried = recovery === 'give up' || triedMs < 1000 ? '' : `; tried for ${Math.round(triedMs / 1000)} s`
  return new TuneError(kind, `${where}: ${text}${tried}`, { where, code }, error)
}
