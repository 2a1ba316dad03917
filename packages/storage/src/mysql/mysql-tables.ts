import type { Connection, Dialect } from '../relational/database.ts'
import { applyMigration, type Migration, pendingMigrations } from '../relational/migrations.ts'
import { assertVersions, writeVersions } from '../relational/schema.ts'
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
  onChange: (what: string) => void = () => {},
): Promise<void> {
  const isReady = async () => (await tableState(connection, where)).pending.length === 0
  if (await isReady()) return
  await connection.query(`SELECT GET_LOCK(${LOCK}, ${LOCK_SECONDS})`)
  try {
    const { hasOptuna, pending } = await tableState(connection, where)
    if (!hasOptuna) {
      const suffix = await tableSuffix(connection)
      for (const statement of OPTUNA_TABLES) await connection.run(statement + suffix)
      await writeVersions(connection)
      onChange("Optuna's tables")
    }
    for (const migration of pending) {
      await applyMigration(connection, migration, dialect.now)
      onChange(`migration ${migration.version}`)
    }
  } finally {
    await connection.query(`SELECT RELEASE_LOCK(${LOCK})`)
  }
}

/** What a database has, and what it lacks. */
export interface TableState {
  readonly hasOptuna: boolean
  readonly pending: readonly Migration[]
}

/** @throws TuneError STORAGE_SCHEMA */
export async function tableState(connection: Connection, where: string): Promise<TableState> {
  const tables = await connection.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
  )
  const names = new Set(tables.map(({ name }) => String(name)))
  const hasOptuna = names.has('alembic_version')
  if (hasOptuna) await assertVersions(connection, where)
  const migrations = mysqlMigrations(await tableSuffix(connection))
  return {
    hasOptuna,
    pending: await pendingMigrations(connection, migrations, names.has('tune_migrations'), where),
  }
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
