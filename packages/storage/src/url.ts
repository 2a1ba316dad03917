import { TuneError } from '@tune/core'
import type { MysqlAddress } from './mysql/mysql-address.ts'
import { mysqlAddress } from './mysql/mysql-url.ts'

/** What a storage URL says. */
export type StorageAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | ({ readonly kind: 'mysql' } & MysqlAddress)

const EXAMPLES =
  'sqlite:study.db, mysql://user:password@host/database or mysql+pymysql://user:password@host/database'

/**
 * Understands a storage URL, in its own spelling or in SQLAlchemy's: `sqlite:path`, `sqlite:///relative`,
 * `sqlite:////absolute`, `mysql://…`, `mysql+driver://…`, `mariadb+driver://…`. After a MySQL URL's `?`:
 *
 * | parameter | meaning |
 * |---|---|
 * | `unix_socket` | the socket of a server on this machine |
 * | `cloudsql` | `project:region:instance` of Cloud SQL, reached by Google's connector; the host counts for nothing then |
 * | `cloudsql_ip` | which address of it: `public`, the default, `private` or `psc` |
 * | `ssl=true` | encrypt, and check the server's certificate; any other `ssl_` parameter implies it |
 * | `ssl_ca`, `ssl_cert`, `ssl_key` | files: who signs for the server; the client's own certificate and key |
 * | `ssl_verify_cert`, `ssl_verify_identity` | `false`: do not check the certificate, or for which host it is |
 * | `password_file`, `password_env` | the file, or the environment variable, that holds the password |
 * | `attempt_timeout` | how long one answer of the server may take: seconds, or text as `1 min`; default 30 |
 * | `patience` | how long to go on trying what fails for a reason that passes, likewise; default 60 |
 *
 * @throws TuneError STORAGE_URL
 */
export function parseStorageUrl(url: string): StorageAddress {
  const [scheme = ''] = url.split(':', 1)
  const [database] = scheme.toLowerCase().split('+')
  if (database === 'sqlite') return { kind: 'sqlite', path: sqlitePath(url.slice(scheme.length + 1)) }
  if (database === 'mysql' || database === 'mariadb') return { kind: 'mysql', ...mysqlAddressOf(url) }
  throw invalid(url, `it must begin with sqlite: or mysql:, as in ${EXAMPLES}`)
}

/** The URL without its password, to be shown. */
export function redactStorageUrl(url: string): string {
  // Up to the last @, since a password that is not encoded may hold one.
  return url.replace(/^([a-z0-9+]+:\/\/[^:/@]*):.*@/i, '$1:***@')
}

function sqlitePath(rest: string): string {
  const path = rest.startsWith('///') ? rest.slice(3) : rest
  if (path === '' || path === '//') return ':memory:'
  if (path.startsWith('//'))
    throw invalid(
      `sqlite:${rest}`,
      `its path must follow as in sqlite:study.db or sqlite:////folder/study.db`,
    )
  return decodeURIComponent(path)
}

function mysqlAddressOf(url: string): MysqlAddress {
  const parsed = URL.parse(url.replace(/^[a-z0-9+]+:/i, 'mysql:'))
  if (parsed === null)
    throw invalid(url, `it cannot be read; encode special characters of the password, as in ${EXAMPLES}`)
  if (parsed.pathname.length < 2) throw invalid(url, `it names no database, as in ${EXAMPLES}`)
  return mysqlAddress(parsed, (problem) => invalid(url, problem))
}

function invalid(url: string, message: string): TuneError {
  const shown = redactStorageUrl(url)
  return new TuneError('STORAGE_URL', `storage URL '${shown}': ${message}`, { url: shown })
}
