import { type Dialect, query, type Steps } from '../relational/database.ts'
import { pendingMigrations } from '../relational/migrations.ts'
import { createMissing, type TableState } from '../relational/missing-tables.ts'
import { assertVersions } from '../relational/schema.ts'
import { SQLITE_MIGRATIONS } from './sqlite-migrations.ts'
import { OPTUNA_TABLES } from './sqlite-schema.ts'

/** Makes the tables that are missing, in the transaction of the connection. */
export function* prepareTables(
  dialect: Dialect,
  where: string,
  onChange?: (what: string) => void,
): Steps<void> {
  yield* createMissing(dialect, yield* tableState(where), OPTUNA_TABLES, onChange)
}

/** @throws TuneError STORAGE_SCHEMA */
export function* tableState(where: string): Steps<TableState> {
  const tables = yield* query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const names = new Set(tables.map(({ name }) => name))
  const hasOptuna = names.has('studies')
  if (hasOptuna) yield* assertVersions(where)
  const pending = yield* pendingMigrations(SQLITE_MIGRATIONS, names.has('tune_migrations'), where)
  return { hasOptuna, pending }
}
