import type { Clock } from '@tune/core'
import { tableState, tellsNamesApart } from '../mysql/mysql-tables.ts'
import type { Connection, Database } from '../relational/database.ts'
import { checkClock, checkPermissions, checkSchema, pendingFinding } from './check-tables.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** What there is to say of a MySQL or MariaDB database. */
export async function checkMysql(
  database: Database,
  where: string,
  clock: Clock,
): Promise<readonly Finding[]> {
  const [findings, isUsable] = await database.statements(async (connection) => {
    const server = await checkServer(connection)
    const tables = await connection.query(
      `SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_name = 'alembic_version'`,
    )
    if (tables.length === 0) {
      const text =
        'no tables yet: the first run makes them, and needs CREATE, ALTER, INDEX and REFERENCES for that'
      return [[...server, ok('schema', text)], false] as const
    }
    const schema = await checkSchema(connection, where)
    if (schema.some(({ level }) => level === 'error')) return [[...server, ...schema], false] as const
    const { pending } = await tableState(connection, where)
    const more = [
      pendingFinding(pending, ', and needs CREATE, ALTER and INDEX'),
      await checkCollation(connection),
      await checkClock(connection, database, clock),
      await checkTimeZone(connection),
    ]
    return [[...server, ...schema, ...more], true] as const
  })
  return isUsable ? [...findings, await checkPermissions(database)] : findings
}

async function checkServer(connection: Connection): Promise<readonly Finding[]> {
  const [row] = await connection.query('SELECT VERSION() AS version, @@global.read_only AS readOnly')
  const [cipher] = await connection.query(`SHOW SESSION STATUS LIKE 'Ssl_cipher'`)
  const tls = String(cipher?.['Value'] ?? '')
  const text = `server ${row?.['version']}, ${tls === '' ? 'not encrypted' : `encrypted with ${tls}`}`
  const findings = [ok('connection', text)]
  if (Number(row?.['readOnly']) !== 0)
    findings.push(failure('connection', 'the server is read-only: is it a replica?'))
  return findings
}

async function checkCollation(connection: Connection): Promise<Finding> {
  return (await tellsNamesApart(connection))
    ? ok('collation', 'names that differ in case, accents or trailing spaces are told apart')
    : warning(
        'collation',
        'names that differ only in case, accents or trailing spaces are one name here: of two such parameters, attributes or studies the second is refused (Optuna drops it silently)',
      )
}

/** Optuna's heartbeats are times of the session's zone: all sessions must have one. */
async function checkTimeZone(connection: Connection): Promise<Finding> {
  const [row] = await connection.query(
    'SELECT @@session.time_zone AS zone, TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW()) AS minutes',
  )
  const { zone, minutes } = row as { readonly zone: string; readonly minutes: number }
  return ok('time zone', `${zone}, ${minutes} minutes from UTC; only Optuna's heartbeats go by it`)
}
