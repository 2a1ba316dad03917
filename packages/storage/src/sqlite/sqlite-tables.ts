import type { Connection, Dialect } from '../relational/database.ts'
import { pendingMigrations } from '../relational/migrations.ts'
import { createMissing, type TableState } from '../relational/missing-tables.ts'
import { assertVersions } from '../relational/schema.ts'
import { SQLITE_MIGRATIONS } from './sqlite-migrations.ts'
import { OPTUNA_TABLES } from './sqlite-schema.ts'

/** Makes the tables that are missing, in the transaction of the connection. */
export async function prepareTables(
  connection: Connection,
  dialect: Dialect,
  where: string,
  onChange?: (what: string) => void,
): Promise<void> {
  await createMissing(connection, dialect, await tableState(connection, where), OPTUNA_TABLES, onChange)
}

/** @throws TuneError STORAGE_SCHEMA */
export async function tableState(connection: Connection, where: string): Promise<TableState> {
  const tables = await connection.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const names = new Set(tables.map(({ name }) => name))
  const hasOptuna = names.has('studies')
  if (hasOptuna) await assertVersions(connection, where)
  const pending = await pendingMigrations(connection, SQLITE_MIGRATIONS, names.has('tune_migrations'), where)
  return { hasOptuna, pending }
}
