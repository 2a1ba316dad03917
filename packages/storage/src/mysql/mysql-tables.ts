import type { Connection, Dialect } from '../relational/database.ts'
import { pendingMigrations } from '../relational/migrations.ts'
import { createMissing, type TableState } from '../relational/missing-tables.ts'
import { assertVersions } from '../relational/schema.ts'
import { mysqlMigrations } from './mysql-migrations.ts'
import { OPTUNA_TABLES } from './mysql-schema.ts'

/** How long to wait for another process that makes the tables, in seconds. */
const LOCK_SECONDS = 60
const LOCK = `CONCAT('tune:', LEFT(SHA2(DATABASE(), 256), 32))`

/** Makes the tables that are missing. Of several processes one does it; the others wait and find them. */
export async function prepareTables(
  connection: Connection,
  dialect: Dialect,
  where: string,
  onChange?: (what: string) => void,
): Promise<void> {
  const { hasOptuna, pending } = await tableState(connection, where)
  if (hasOptuna && pending.length === 0) return
  await connection.query(`SELECT GET_LOCK(${LOCK}, ${LOCK_SECONDS})`)
  try {
    const suffix = await tableSuffix(connection)
    const tables = OPTUNA_TABLES.map((statement) => statement + suffix)
    await createMissing(connection, dialect, await tableState(connection, where), tables, onChange)
  } finally {
    await connection.query(`SELECT RELEASE_LOCK(${LOCK})`)
  }
}

/** @throws TuneError STORAGE_SCHEMA */
export async function tableState(connection: Connection, where: string): Promise<TableState> {
  const tables = await connection.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
  )
  const names = new Set(tables.map(({ name }) => String(name)))
  // A process may have died, or lost its connection, while it made them: they are there when this row is.
  const hasOptuna =
    names.has('alembic_version') &&
    (await connection.query('SELECT version_num FROM alembic_version')).length > 0
  if (hasOptuna) await assertVersions(connection, where)
  const migrations = mysqlMigrations(await tableSuffix(connection))
  const pending = await pendingMigrations(connection, migrations, names.has('tune_migrations'), where)
  return { hasOptuna, pending }
}

/** The collation that tells `lr` from `LR` and `a` from `a `, which is not the default of any server. */
async function tableSuffix(connection: Connection): Promise<string> {
  const rows = await connection.query(
    `SELECT collation_name AS name FROM information_schema.collations
      WHERE collation_name IN ('utf8mb4_0900_bin', 'utf8mb4_nopad_bin', 'utf8mb4_bin')`,
  )
  const names = new Set(rows.map(({ name }) => String(name)))
  const collation = ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].find((name) => names.has(name)) ?? 'utf8mb4_bin'
  return ` ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=${collation}`
}

/** Whether names of parameters are compared byte by byte: a database that Python made ignores case and accents. */
export async function tellsNamesApart(connection: Connection): Promise<boolean> {
  const [row] = await connection.query(
    `SELECT collation_name AS name FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'trial_params' AND column_name = 'param_name'`,
  )
  return ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].includes(String(row?.['name']))
}
