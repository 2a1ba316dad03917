import type { CloudSqlAddress } from './cloud-sql.ts'

/** Where a MySQL or MariaDB server is, as whom to go there, and how. */
export interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly socket: string | undefined
  /** The instance, where it is one of Cloud SQL; then `host` and `port` count for nothing. */
  readonly cloudSql: CloudSqlAddress | undefined
  readonly user: string
  readonly password: string
  readonly database: string
  /** Encryption; `undefined` for none. */
  readonly tls: TlsFiles | undefined
  /** How long one answer of the server may take, in milliseconds. */
  readonly attemptMs: number
  /** How long to go on trying what fails for a reason that passes, in milliseconds. */
  readonly patienceMs: number
}

/** Files in PEM format, and whether the server's certificate is checked. */
export interface TlsFiles {
  /** Who may have signed the server's certificate. Default: the authorities that Node knows. */
  readonly ca: string | undefined
  /** The client's own certificate and key, where the server wants them. */
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Whether the server must have a certificate that the authorities signed. */
  readonly verify: boolean
  /** Whether it must be for the host of the URL. */
  readonly verifyHost: boolean
}

/** What an error calls the database; without the password. */
export function mysqlName({ host, port, socket, cloudSql, user, database }: MysqlAddress): string {
  return `MySQL at ${cloudSql?.instance ?? socket ?? `${host}:${port}`}/${database} as ${user}`
}
