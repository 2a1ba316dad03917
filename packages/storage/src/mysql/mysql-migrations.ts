import type { Migration } from '../relational/migrations.ts'

/**
 * What is our own in the database: the leases of trials, which calls have happened, and which migrations.
 *
 * @param suffix the engine and collation of tables.
 */
export function mysqlMigrations(suffix: string): readonly Migration[] {
  return [
    {
      version: 1,
      statements: [
        {
          sql: `CREATE TABLE IF NOT EXISTS tune_migrations (
            version INTEGER NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)${suffix}`,
        },
        {
          // A trial's lease: whose token may run and end it, and until when, in milliseconds of the server's clock.
          sql: 'ALTER TABLE trials ADD COLUMN tune_token VARCHAR(36), ADD COLUMN tune_lease_until BIGINT',
          unless: `SELECT column_name FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = 'trials' AND column_name = 'tune_lease_until'`,
        },
        {
          sql: `CREATE TABLE IF NOT EXISTS tune_operations (
            token VARCHAR(36) NOT NULL PRIMARY KEY, row_id INTEGER NOT NULL, done_at BIGINT NOT NULL)${suffix}`,
        },
        {
          // What finds waiting trials and counts budgets without a scan.
          sql: 'CREATE INDEX ix_tune_trials_state ON trials (study_id, state, trial_id)',
          unless: `SELECT index_name FROM information_schema.statistics
            WHERE table_schema = DATABASE() AND table_name = 'trials' AND index_name = 'ix_tune_trials_state'`,
        },
      ],
    },
  ]
}
