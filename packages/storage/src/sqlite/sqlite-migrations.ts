import type { Migration } from '../relational/migrations.ts'

const column = (name: string, type: string) => ({
  sql: `ALTER TABLE trials ADD COLUMN ${name} ${type}`,
  unless: `SELECT name FROM pragma_table_info('trials') WHERE name = '${name}'`,
})

/** What is our own in the database: the leases of trials, which calls have happened, and which migrations. */
export const SQLITE_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      {
        sql: `CREATE TABLE IF NOT EXISTS tune_migrations (
          version INTEGER NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL)`,
      },
      // A trial's lease: whose token may run and end it, and until when, in milliseconds since 1970.
      column('tune_token', 'VARCHAR(36)'),
      column('tune_lease_until', 'INTEGER'),
      {
        sql: `CREATE TABLE IF NOT EXISTS tune_operations (
          token VARCHAR(36) NOT NULL PRIMARY KEY, row_id INTEGER NOT NULL, done_at INTEGER NOT NULL)`,
      },
      // What finds waiting trials and counts budgets without a scan.
      { sql: 'CREATE INDEX IF NOT EXISTS ix_tune_trials_state ON trials (study_id, state, trial_id)' },
    ],
  },
]
