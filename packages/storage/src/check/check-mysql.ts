import type { Clock } from '@tune/core'
import { tableState, tellsNamesApart } from '../mysql/mysql-tables.ts'
import { type Database, query, type Steps } from '../relational/database.ts'
import { checkClock, checkPermissions, checkSchema, pendingFinding } from './check-tables.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** What there is to say of a MySQL or MariaDB database. */
export async function checkMysql(
  database: Database,
  where: string,
  clock: Clock,
): Promise<readonly Finding[]> {
  const [findings, isUsable] = await database.statements(function* () {
    const server = yield* checkServer()
    const tables = yield* query(
      `SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_name = 'alembic_version'`,
    )
    if (tables.length === 0) {
      const text =
        'no tables yet: the first run makes them, and needs CREATE, ALTER, INDEX and REFERENCES for that'
      return [[...server, ok('schema', text)], false] as const
    }
    const schema = yield* checkSchema(where)
    if (schema.some(({ level }) => level === 'error')) return [[...server, ...schema], false] as const
    const { pending } = yield* tableState(where)
    const more = [
      pendingFinding(pending, ', and needs CREATE, ALTER and INDEX'),
      yield* checkCollation(),
      yield* checkClock(database, clock),
      yield* checkTimeZone(),
    ]
    return [[...server, ...schema, ...more], true] as const
  })
  return isUsable ? [...findings, await checkPermissions(database)] : findings
}

function* checkServer(): Steps<readonly Finding[]> {
  const [row] = yield* query('SELECT VERSION() AS version, @@global.read_only AS readOnly')
  const [cipher] = yield* query(`SHOW SESSION STATUS LIKE 'Ssl_cipher'`)
  const tls = String(cipher?.['Value'] ?? '')
  const text = `server ${row?.['version']}, ${tls === '' ? 'not encrypted' : `encrypted with ${tls}`}`
  const findings = [ok('connection', text)]
  if (Number(row?.['readOnly']) !== 0)
    findings.push(failure('connection', 'the server is read-only: is it a replica?'))
  return findings
}

function* checkCollation(): Steps<Finding> {
  return (yield* tellsNamesApart())
    ? ok('collation', 'names that differ in case, accents or trailing spaces are told apart')
    : warning(
        'collation',
        'names that differ only in case, accents or trailing spaces are one name here: of two such parameters, attributes or studies the second is refused (Optuna drops it silently)',
      )
}

/** Optuna's heartbeats are times of the session's zone: all sessions must have one. */
function* checkTimeZone(): Steps<Finding> {
  const [row] = yield* query(
    'SELECT @@session.time_zone AS zone, TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW()) AS minutes',
  )
  const { zone, minutes } = row as { readonly zone: string; readonly minutes: number }
  return ok('time zone', `${zone}, ${minutes} minutes from UTC; only Optuna's heartbeats go by it`)
}
