import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '@tune/tooling/mysql'

/** A database that both sides open, each by its own URL. */
export interface SharedStore extends AsyncDisposable {
  /** For tune. */
  readonly url: string
  /** For Python, as SQLAlchemy spells it; tune understands it too. */
  readonly pythonUrl: string
}

async function sqliteStore(): Promise<SharedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-interop-'))
  const file = join(folder, 'study.db')
  return {
    url: `sqlite:${file}`,
    pythonUrl: `sqlite:///${file}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function mysqlStore(): Promise<SharedStore> {
  const database = await createDatabase()
  const { url } = database
  return {
    url,
    pythonUrl: url.replace('mysql:', 'mysql+pymysql:'),
    [Symbol.asyncDispose]: () => database.drop(),
  }
}

/** Both kinds of database, by name. */
export const stores: readonly (readonly [string, () => Promise<SharedStore>])[] = [
  ['SQLite', sqliteStore],
  ['MariaDB', mysqlStore],
]
