import { TuneError } from '@tune/core'
import { type Dialect, query, run, type Steps } from './database.ts'

/** Optuna's schema since 3.0: what its `version_info` calls it. */
const SCHEMA_VERSION = 12
/** What its migrations call it: the newest, and those before it whose tables are the same but for an index. */
const ALEMBIC_VERSIONS = ['v3.2.0.a', 'v3.0.0.d']
/** The Optuna whose way of writing times (UTC) and attributes is followed. */
const LIBRARY_VERSION = '5.0.0'

/** The rows that mark a new database as Optuna's; the last of them says that it is complete. */
export function* writeVersions(dialect: Dialect): Steps<void> {
  yield* run(
    `INSERT INTO version_info (version_info_id, schema_version, library_version) VALUES (1, ?, ?)
      ${dialect.keepExisting('version_info_id')}`,
    [SCHEMA_VERSION, LIBRARY_VERSION],
  )
  yield* run(`INSERT INTO alembic_version (version_num) VALUES (?) ${dialect.keepExisting('version_num')}`, [
    ALEMBIC_VERSIONS[0] as string,
  ])
}

/** Which Optuna made a database. */
export interface OptunaVersions {
  readonly schema: number | null
  readonly alembic: string | null
  /** The version of Optuna itself. */
  readonly library: string | null
}

export function* readVersions(): Steps<OptunaVersions> {
  const [info] = yield* query('SELECT schema_version, library_version FROM version_info')
  const [alembic] = yield* query('SELECT version_num FROM alembic_version')
  return {
    schema: (info?.['schema_version'] ?? null) as number | null,
    alembic: (alembic?.['version_num'] ?? null) as string | null,
    library: (info?.['library_version'] ?? null) as string | null,
  }
}

/** @throws TuneError STORAGE_SCHEMA: the tables are those of another version. Nothing is changed. */
export function* assertVersions(where: string): Steps<void> {
  const { schema, alembic } = yield* readVersions()
  if (schema === SCHEMA_VERSION && alembic !== null && ALEMBIC_VERSIONS.includes(alembic)) return
  throw new TuneError(
    'STORAGE_SCHEMA',
    `${where}: its schema is ${schema ?? 'none'} (${alembic ?? 'none'}), but must be ${SCHEMA_VERSION} (${ALEMBIC_VERSIONS.join(' or ')}), that of Optuna 3 to 5; nothing was changed. Older ones are brought there by Python's "optuna storage upgrade"`,
    { schema, alembic },
  )
}
