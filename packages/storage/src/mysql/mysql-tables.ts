import { type Dialect, query, type Steps } from '../relational/database.ts'
import { pendingMigrations } from '../relational/migrations.ts'
import { createMissing, type TableState } from '../relational/missing-tables.ts'
import { assertVersions } from '../relational/schema.ts'
import { mysqlMigrations } from './mysql-migrations.ts'
import { OPTUNA_TABLES } from './mysql-schema.ts'

/** How long to wait for another process that makes the tables, in seconds. */
const LOCK_SECONDS = 60
const LOCK = `CONCAT('tune:', LEFT(SHA2(DATABASE(), 256), 32))`

/** Makes the tables that are missing. Of several processes one does it; the others wait and find them. */
export function* prepareTables(
  dialect: Dialect,
  where: string,
  onChange?: (what: string) => void,
): Steps<void> {
  const { hasOptuna, pending } = yield* tableState(where)
  if (hasOptuna && pending.length === 0) return
  yield* query(`SELECT GET_LOCK(${LOCK}, ${LOCK_SECONDS})`)
  try {
    const suffix = yield* tableSuffix()
    const tables = OPTUNA_TABLES.map((statement) => statement + suffix)
    yield* createMissing(dialect, yield* tableState(where), tables, onChange)
  } finally {
    yield* query(`SELECT RELEASE_LOCK(${LOCK})`)
  }
}

/** @throws TuneError STORAGE_SCHEMA */
export function* tableState(where: string): Steps<TableState> {
  const tables = yield* query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
  )
  const names = new Set(tables.map(({ name }) => String(name)))
  // A process may have died, or lost its connection, while it made them: they are there when this row is.
  const hasOptuna =
    names.has('alembic_version') && (yield* query('SELECT version_num FROM alembic_version')).length > 0
  if (hasOptuna) yield* assertVersions(where)
  const migrations = mysqlMigrations(yield* tableSuffix())
  const pending = yield* pendingMigrations(migrations, names.has('tune_migrations'), where)
  return { hasOptuna, pending }
}

/** The collation that tells `lr` from `LR` and `a` from `a `, which is not the default of any server. */
function* tableSuffix(): Steps<string> {
  const rows = yield* query(
    `SELECT collation_name AS name FROM information_schema.collations
      WHERE collation_name IN ('utf8mb4_0900_bin', 'utf8mb4_nopad_bin', 'utf8mb4_bin')`,
  )
  const names = new Set(rows.map(({ name }) => String(name)))
  const collation = ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].find((name) => names.has(name)) ?? 'utf8mb4_bin'
  return ` ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=${collation}`
}

/** Whether names of parameters are compared byte by byte: a database that Python made ignores case and accents. */
export function* tellsNamesApart(): Steps<boolean> {
  const [row] = yield* query(
    `SELECT collation_name AS name FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'trial_params' AND column_name = 'param_name'`,
  )
  return ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].includes(String(row?.['name']))
}
