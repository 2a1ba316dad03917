import type { StudyStorage } from '@tune/core'
import { type MysqlOptions, openMysql } from './mysql/mysql-database.ts'
import { RelationalStorage } from './relational/relational-storage.ts'
import { openSqlite } from './sqlite/sqlite-database.ts'
import { parseStorageUrl } from './url.ts'

/** How to open a storage. */
export type OpenOptions = MysqlOptions

/**
 * Opens the storage that a URL names, and makes its tables where there are none. Dispose of it to close it.
 *
 * | URL | storage |
 * |---|---|
 * | `sqlite:study.db`, `sqlite:///study.db` | a SQLite file, relative to the working directory |
 * | `sqlite::memory:` | SQLite in memory, gone with the process |
 * | `mysql://user:password@host:3306/database` | MySQL or MariaDB |
 * | `mysql+pymysql://…`, `mariadb+mysqldb://…` | the same, as SQLAlchemy spells it |
 *
 * @throws TuneError STORAGE_URL, STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_FULL, STORAGE_CORRUPT,
 * STORAGE_SCHEMA
 */
export async function openStorage(url: string, options: OpenOptions = {}): Promise<StudyStorage> {
  const address = parseStorageUrl(url)
  return new RelationalStorage(
    address.kind === 'sqlite'
      ? await openSqlite(address.path, options.onChange)
      : await openMysql(address, options),
  )
}
