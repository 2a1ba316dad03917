import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import { inject } from 'vitest'
import type {} from './vitest-global-setup.ts'

/** A database of its own on the test server. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Creates an empty database on the server of the test run, with the server's own defaults. */
export function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(inject('mysqlUrl'))
}

/** Creates an empty database on a server. */
export async function createDatabaseOn(server: string): Promise<TestDatabase> {
  const name = `tune_${randomBytes(6).toString('hex')}`
  const run = async (sql: string) => {
    const connection = await mysql.createConnection(server)
    await connection.query(sql)
    await connection.end()
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE ${name}`) }
}
