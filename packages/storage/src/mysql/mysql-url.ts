import { readFileSync } from 'node:fs'
import { milliseconds } from '@tune/core'
import { CLOUD_SQL_IPS, type CloudSqlAddress } from './cloud-sql.ts'
import type { MysqlAddress, TlsFiles } from './mysql-address.ts'

const ATTEMPT_SECONDS = 30
const PATIENCE_SECONDS = 60

/** What may follow the `?` of a URL. Names that Python's drivers know have their meaning. */
const PARAMETERS = [
  'unix_socket',
  'cloudsql',
  'cloudsql_ip',
  'charset',
  'ssl',
  'ssl_ca',
  'ssl_cert',
  'ssl_key',
  'ssl_verify_cert',
  'ssl_verify_identity',
  'ssl_check_hostname',
  'password_file',
  'password_env',
  'attempt_timeout',
  'patience',
] as const

type Parameter = (typeof PARAMETERS)[number]

/** Reads the address of a MySQL URL. `invalid` makes the error for a problem. */
export function mysqlAddress(url: URL, invalid: (problem: string) => Error): MysqlAddress {
  const parameters = new Map<Parameter, string>()
  for (const [name, value] of url.searchParams) {
    if (!isParameter(name))
      throw invalid(`'${name}' is no parameter of it; there are ${PARAMETERS.join(', ')}`)
    parameters.set(name, value)
  }
  const charset = parameters.get('charset') ?? 'utf8mb4'
  if (charset !== 'utf8mb4') throw invalid(`charset must be utf8mb4, but is ${charset}`)
  const seconds = (name: Parameter, fallback: number) => {
    const text = parameters.get(name) ?? String(fallback)
    const duration = Number.isNaN(Number(text)) ? text : 1000 * Number(text)
    try {
      return milliseconds(duration, name)
    } catch {
      throw invalid(`${name} must be a number of seconds above 0, or a text such as '5 min', but is ${text}`)
    }
  }
  return {
    host: url.hostname || 'localhost',
    port: url.port === '' ? 3306 : Number(url.port),
    socket: parameters.get('unix_socket'),
    cloudSql: cloudSqlOf(parameters, invalid),
    user: decodeURIComponent(url.username) || 'root',
    password: passwordOf(url, parameters, invalid),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: tlsOf(parameters, invalid),
    attemptMs: seconds('attempt_timeout', ATTEMPT_SECONDS),
    patienceMs: seconds('patience', PATIENCE_SECONDS),
  }
}

function isParameter(name: string): name is Parameter {
  return (PARAMETERS as readonly string[]).includes(name)
}

type Parameters = ReadonlyMap<Parameter, string>

function tlsOf(parameters: Parameters, invalid: (problem: string) => Error): TlsFiles | undefined {
  const flag = (name: Parameter, fallback: boolean) => {
    const value = parameters.get(name)?.toLowerCase()
    if (value === undefined) return fallback
    if (['true', '1', 'false', '0'].includes(value)) return value === 'true' || value === '1'
    throw invalid(`${name} must be true or false, but is ${value}`)
  }
  if (
    !flag(
      'ssl',
      [...parameters.keys()].some((name) => name.startsWith('ssl_')),
    )
  )
    return undefined
  return {
    ca: parameters.get('ssl_ca'),
    cert: parameters.get('ssl_cert'),
    key: parameters.get('ssl_key'),
    verify: flag('ssl_verify_cert', true),
    verifyHost: flag('ssl_verify_identity', true) && flag('ssl_check_hostname', true),
  }
}

function cloudSqlOf(
  parameters: Parameters,
  invalid: (problem: string) => Error,
): CloudSqlAddress | undefined {
  const instance = parameters.get('cloudsql')
  const ip = CLOUD_SQL_IPS.find((each) => each === (parameters.get('cloudsql_ip') ?? 'public'))
  if (ip === undefined)
    throw invalid(
      `cloudsql_ip must be one of ${CLOUD_SQL_IPS.join(', ')}, but is ${parameters.get('cloudsql_ip')}`,
    )
  if (instance === undefined) return undefined
  // A project of a domain has a colon itself.
  if (!/^[^:]+(:[^:]+)?:[^:]+:[^:]+$/.test(instance))
    throw invalid(`cloudsql must be like project:region:instance, but is ${instance}`)
  return { instance, ip }
}

function passwordOf(url: URL, parameters: Parameters, invalid: (problem: string) => Error): string {
  const [file, variable] = [parameters.get('password_file'), parameters.get('password_env')]
  if (variable !== undefined) {
    const password = process.env[variable]
    if (password === undefined) throw invalid(`password_env names ${variable}, which is not set`)
    return password
  }
  if (file === undefined) return decodeURIComponent(url.password)
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw invalid(`password_file names ${file}, which cannot be read (${code})`)
  }
}
