import { TuneError } from '@tune/core'
import type { MysqlAddress } from './mysql/mysql-database.ts'

/** What a storage URL says. */
export type StorageAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | ({ readonly kind: 'mysql' } & MysqlAddress)

const EXAMPLES =
  'sqlite:study.db, mysql://user:password@host/database or mysql+pymysql://user:password@host/database'

/**
 * Understands a storage URL, in its own spelling or in SQLAlchemy's: `sqlite:path`, `sqlite:///relative`,
 * `sqlite:////absolute`, `mysql://…`, `mysql+driver://…`, `mariadb+driver://…`; a socket as `?unix_socket=path`.
 *
 * @throws TuneError STORAGE_URL
 */
export function parseStorageUrl(url: string): StorageAddress {
  const [scheme = ''] = url.split(':', 1)
  const [database] = scheme.toLowerCase().split('+')
  if (database === 'sqlite') return { kind: 'sqlite', path: sqlitePath(url.slice(scheme.length + 1)) }
  if (database === 'mysql' || database === 'mariadb') return mysqlAddress(url)
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

function mysqlAddress(url: string): StorageAddress {
  const parsed = URL.parse(url.replace(/^[a-z0-9+]+:/i, 'mysql:'))
  if (parsed === null)
    throw invalid(url, `it cannot be read; encode special characters of the password, as in ${EXAMPLES}`)
  const database = decodeURIComponent(parsed.pathname.slice(1))
  if (database === '') throw invalid(url, `it names no database, as in ${EXAMPLES}`)
  return {
    kind: 'mysql',
    host: parsed.hostname || 'localhost',
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    socket: parsed.searchParams.get('unix_socket') ?? undefined,
    user: decodeURIComponent(parsed.username) || 'root',
    password: decodeURIComponent(parsed.password),
    database,
  }
}

function invalid(url: string, message: string): TuneError {
  const shown = redactStorageUrl(url)
  return new TuneError('STORAGE_URL', `storage URL '${shown}': ${message}`, { url: shown })
}
