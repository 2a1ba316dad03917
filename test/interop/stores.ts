import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {} from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { inject } from 'vitest'

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
  const server = inject('mysqlUrl')
  const name = `tune_${randomBytes(6).toString('hex')}`
  const run = async (sql: string) => {
    const connection = await mysql.createConnection(server)
    await connection.query(sql)
    await connection.end()
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    pythonUrl: url.href.replace('mysql:', 'mysql+pymysql:'),
    [Symbol.asyncDispose]: () => run(`DROP DATABASE ${name}`),
  }
}

/** Both kinds of database, by name. */
export const stores: readonly (readonly [string, () => Promise<SharedStore>])[] = [
  ['SQLite', sqliteStore],
  ['MariaDB', mysqlStore],
]
