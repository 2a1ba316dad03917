import { type Dialect, run, type Steps } from './database.ts'
import { applyMigration, type Migration } from './migrations.ts'
import { writeVersions } from './schema.ts'

/** What a database has, and what it lacks. */
export interface TableState {
  readonly hasOptuna: boolean
  readonly pending: readonly Migration[]
}

/**
 * Makes what is missing. The caller holds the lock that keeps others from doing the same.
 *
 * @param optunaTables the statements that make Optuna's tables.
 * @param onChange called with the name of each thing that is made.
 */
export function* createMissing(
  dialect: Dialect,
  { hasOptuna, pending }: TableState,
  optunaTables: readonly string[],
  onChange: (what: string) => void = () => {},
): Steps<void> {
  if (!hasOptuna) {
    for (const statement of optunaTables) yield* run(statement)
    yield* writeVersions(dialect)
    onChange("Optuna's tables")
  }
  for (const migration of pending) {
    yield* applyMigration(migration, dialect.now)
    onChange(`migration ${migration.version}`)
  }
}
