import { TuneError } from '@tune/core'
import { query, run, type Steps } from './database.ts'

/** One change of our own tables. Each statement can run twice: a database may not undo it when a later one fails. */
export interface Migration {
  readonly version: number
  readonly statements: readonly {
    readonly sql: string
    /** What gives a row where the statement is not needed. */
    readonly unless?: string
  }[]
}

/**
 * The changes of our own tables that a database still needs.
 *
 * @throws TuneError STORAGE_SCHEMA: a newer tune has changed them in a way that this one does not know.
 */
export function* pendingMigrations(
  migrations: readonly Migration[],
  hasTable: boolean,
  where: string,
): Steps<readonly Migration[]> {
  if (!hasTable) return migrations
  const rows = yield* query('SELECT version FROM tune_migrations')
  const applied = new Set(rows.map(({ version }) => version))
  const newest = migrations.at(-1)?.version ?? 0
  for (const version of applied) {
    if ((version as number) <= newest) continue
    throw new TuneError(
      'STORAGE_SCHEMA',
      `${where}: a newer tune has used it (its tables are of version ${version}, this one knows ${newest}); install that one`,
      { version, newest },
    )
  }
  return migrations.filter(({ version }) => !applied.has(version))
}

/** Applies one change and records it. The caller holds the lock that keeps others from doing the same. */
export function* applyMigration({ version, statements }: Migration, now: string): Steps<void> {
  for (const { sql, unless } of statements) {
    if (unless !== undefined && (yield* query(unless)).length > 0) continue
    yield* run(sql)
  }
  yield* run(`INSERT INTO tune_migrations (version, applied_at) VALUES (?, ${now})`, [version])
}
