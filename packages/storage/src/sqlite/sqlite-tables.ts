import type { Connection, Dialect } from '../relational/database.ts'
import { applyMigration, type Migration, pendingMigrations } from '../relational/migrations.ts'
import { assertVersions, writeVersions } from '../relational/schema.ts'
import { SQLITE_MIGRATIONS } from './sqlite-migrations.ts'
import { OPTUNA_TABLES } from './sqlite-schema.ts'

/** Makes the tables that are missing, in the transaction of the connection. */
export async function prepareTables(
  connection: Connection,
  dialect: Dialect,
  where: string,
  onChange: (what: string) => void = () => {},
): Promise<void> {
  const { hasOptuna, pending } = await tableState(connection, where)
  if (!hasOptuna) {
    for (const statement of OPTUNA_TABLES) await connection.run(statement)
    await writeVersions(connection)
    onChange("Optuna's tables")
  }
  for (const migration of pending) {
    await applyMigration(connection, migration, dialect.now)
    onChange(`migration ${migration.version}`)
  }
}

/** What a database has, and what it lacks. @throws TuneError STORAGE_SCHEMA */
export async function tableState(
  connection: Connection,
  where: string,
): Promise<{ readonly hasOptuna: boolean; readonly pending: readonly Migration[] }> {
  const tables = await connection.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const names = new Set(tables.map(({ name }) => name))
  const hasOptuna = names.has('studies')
  if (hasOptuna) await assertVersions(connection, where)
  const pending = await pendingMigrations(connection, SQLITE_MIGRATIONS, names.has('tune_migrations'), where)
  return { hasOptuna, pending }
}
