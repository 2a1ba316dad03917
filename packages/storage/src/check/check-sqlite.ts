import type { Clock } from '@tune/core'
import { type Database, query } from '../relational/database.ts'
import { tableState } from '../sqlite/sqlite-tables.ts'
import { checkClock, checkPermissions, checkSchema, pendingFinding } from './check-tables.ts'
import { type Finding, failure, ok } from './finding.ts'

/** What there is to say of a SQLite file. */
export async function checkSqlite(
  database: Database,
  where: string,
  clock: Clock,
): Promise<readonly Finding[]> {
  const [findings, isUsable] = await database.statements(function* () {
    const [version] = yield* query('SELECT sqlite_version() AS version')
    const [damage] = yield* query('PRAGMA quick_check(1)')
    const verdict = String(damage?.['quick_check'])
    const file =
      verdict === 'ok'
        ? ok('connection', `SQLite ${version?.['version']}`)
        : failure('connection', `${where}: it is damaged (${verdict}); restore it from a copy`)
    const tables = yield* query(`SELECT name FROM sqlite_master WHERE name = 'alembic_version'`)
    if (tables.length === 0)
      return [[file, ok('schema', 'no tables yet: the first run makes them')], false] as const
    const schema = yield* checkSchema(where)
    if (schema.some(({ level }) => level === 'error')) return [[file, ...schema], false] as const
    const { pending } = yield* tableState(where)
    const clockFinding = yield* checkClock(database, clock)
    return [[file, ...schema, pendingFinding(pending), clockFinding], true] as const
  })
  return isUsable ? [...findings, await checkPermissions(database)] : findings
}
