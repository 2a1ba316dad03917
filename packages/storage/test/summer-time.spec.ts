import { findServer, startServer } from '@tune/tooling/mysql'
import mysql, { type RowDataPacket } from 'mysql2/promise'
import { expect, it } from 'vitest'
import { mysqlDialect } from '../src/mysql/mysql-dialect.ts'

/** Central Europe, as POSIX writes it: it needs no tables of zones. */
const ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3'
/** Around 02:30 in the nights in which summer time ends and begins: the former comes twice. */
const NIGHTS = [Date.UTC(2025, 9, 26, 0, 30), Date.UTC(2026, 2, 29, 0, 30)]
const HOUR = 3_600_000

it('leases and heartbeats go by a clock that no summer time changes', async () => {
  await using server = await startServer({ program: findServer(), timeZone: ZONE })
  const connection = await mysql.createConnection(server.url)
  const at = async (ms: number, sql: string) => {
    await connection.query(`SET timestamp = ${ms / 1000}`)
    const [[row]] = await connection.query<RowDataPacket[]>(`SELECT ${sql} AS found`)
    return row?.['found'] as unknown
  }
  try {
    for (const night of NIGHTS) {
      for (let ms = night - HOUR; ms <= night + 3 * HOUR; ms += HOUR / 4) {
        expect(Number(await at(ms, mysqlDialect.now))).toBe(ms)
        expect(Number(await at(ms + 125, mysqlDialect.now))).toBe(ms + 125)
        // A heart that beat a minute ago is never taken for one that is an hour old.
        const beat = String(await at(ms - 60_000, "DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s')"))
        expect(Number(await at(ms, mysqlDialect.secondsSince(`'${beat}'`)))).toBeLessThanOrEqual(60)
      }
      const beat = String(await at(night - 12 * HOUR, "DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s')"))
      expect(Number(await at(night + 12 * HOUR, mysqlDialect.secondsSince(`'${beat}'`)))).toBeGreaterThan(
        23 * 3600 - 1,
      )
    }
  } finally {
    await connection.end()
  }
})
