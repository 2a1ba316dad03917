import { existsSync } from 'node:fs'
import { type Clock, isTuneError, systemClock } from '@tune/core'
import { mysqlName } from '../mysql/mysql-address.ts'
import { connectMysql, type MysqlOptions } from '../mysql/mysql-database.ts'
import { connectSqlite } from '../sqlite/sqlite-database.ts'
import { parseStorageUrl, type StorageAddress } from '../url.ts'
import { checkMysql } from './check-mysql.ts'
import { checkSqlite } from './check-sqlite.ts'
import { type Finding, failure } from './finding.ts'

/**
 * Looks whether a tuner can work with a storage: whether it can be reached, by whom its tables were made, whether it
 * tells all names apart, whether its clock is right, what this user may do. Changes nothing.
 *
 * @throws TuneError STORAGE_URL
 */
export async function checkStorage(
  url: string,
  options: MysqlOptions & { readonly clock?: Clock } = {},
): Promise<readonly Finding[]> {
  const address = parseStorageUrl(url)
  const { clock = systemClock } = options
  try {
    return await checkAddress(address, options, clock)
  } catch (error) {
    if (!isTuneError(error)) throw error
    return [failure('connection', error.message)]
  }
}

async function checkAddress(
  address: StorageAddress,
  options: MysqlOptions,
  clock: Clock,
): Promise<readonly Finding[]> {
  if (address.kind === 'mysql') {
    await using database = await connectMysql(address, options)
    return await checkMysql(database, mysqlName(address), clock)
  }
  const { path } = address
  if (path !== ':memory:' && !existsSync(path))
    return [failure('connection', `SQLite file ${path}: there is no such file; the first run makes it`)]
  await using database = await connectSqlite(path)
  return await checkSqlite(database, `SQLite file ${path}`, clock)
}
