import { DatabaseSync } from 'node:sqlite'

/**
 * Opens the server's state, made where it is not there. Each resource is a JSON document; what callers filter by most is
 * indexed.
 *
 * @param path of the SQLite file; `:memory:` keeps nothing
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 5000;
    CREATE TABLE IF NOT EXISTS resources (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (kind, id)
    );
    CREATE INDEX IF NOT EXISTS resources_by_name ON resources (kind, body ->> '$.display_name');
    CREATE INDEX IF NOT EXISTS resources_by_state ON resources (kind, body ->> '$.state');
    CREATE INDEX IF NOT EXISTS resources_by_experiment ON resources (kind, body ->> '$.experiment_id');
    CREATE INDEX IF NOT EXISTS resources_by_run ON resources (kind, body ->> '$.run_id');
    CREATE TABLE IF NOT EXISTS specs (hash TEXT PRIMARY KEY, source TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS cache (fingerprint TEXT PRIMARY KEY, outputs TEXT NOT NULL);
  `)
  return database
}
