import type { Migration } from '../relational/migrations.ts'

/** Our own tables: who may run a trial until when, which calls have happened, and which migrations. */
export const SQLITE_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      {
        sql: `CREATE TABLE IF NOT EXISTS tune_migrations (
          version INTEGER NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL)`,
      },
      {
        sql: `CREATE TABLE IF NOT EXISTS tune_leases (
          trial_id INTEGER NOT NULL PRIMARY KEY, token VARCHAR(36) NOT NULL, expires_at INTEGER NOT NULL)`,
      },
      {
        sql: `CREATE TABLE IF NOT EXISTS tune_operations (
          token VARCHAR(36) NOT NULL PRIMARY KEY, row_id INTEGER NOT NULL, done_at INTEGER NOT NULL)`,
      },
      // What finds waiting trials and counts budgets without a scan.
      { sql: 'CREATE INDEX IF NOT EXISTS ix_tune_trials_state ON trials (study_id, state, trial_id)' },
    ],
  },
]
