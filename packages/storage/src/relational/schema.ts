import { TuneError } from '@tune/core'
import type { Connection } from './database.ts'

/** Optuna's schema since 3.2: what its `version_info` and its migrations call it. */
const SCHEMA_VERSION = 12
const ALEMBIC_VERSION = 'v3.2.0.a'
/** The Optuna whose way of writing times (UTC) and attributes is followed. */
const LIBRARY_VERSION = '5.0.0'

/** The rows that mark a new database as Optuna's. */
export async function writeVersions(connection: Connection): Promise<void> {
  await connection.run(
    'INSERT INTO version_info (version_info_id, schema_version, library_version) VALUES (1, ?, ?)',
    [SCHEMA_VERSION, LIBRARY_VERSION],
  )
  await connection.run('INSERT INTO alembic_version (version_num) VALUES (?)', [ALEMBIC_VERSION])
}

/** @throws TuneError STORAGE_SCHEMA: the tables are those of another version. Nothing is changed. */
export async function assertVersions(connection: Connection, where: string): Promise<void> {
  const [info] = await connection.query('SELECT schema_version FROM version_info')
  const [alembic] = await connection.query('SELECT version_num FROM alembic_version')
  const [schema, version] = [info?.['schema_version'], alembic?.['version_num']]
  if (schema === SCHEMA_VERSION && version === ALEMBIC_VERSION) return
  throw new TuneError(
    'STORAGE_SCHEMA',
    `${where}: its schema is ${schema ?? 'none'} (${version ?? 'none'}), but must be ${SCHEMA_VERSION} (${ALEMBIC_VERSION}), that of Optuna 3.2 to 5; nothing was changed`,
    { schema, version },
  )
}
