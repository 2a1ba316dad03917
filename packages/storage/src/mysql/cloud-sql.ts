import type { ConnectorOptions } from '@google-cloud/cloud-sql-connector'
import { TuneError } from '@tune/core'
import type { MysqlConnector } from './mysql-pool.ts'

/** Which of its addresses an instance is reached at. */
export const CLOUD_SQL_IPS = ['public', 'private', 'psc'] as const

/** An instance of Cloud SQL. */
export interface CloudSqlAddress {
  /** `project:region:instance`. */
  readonly instance: string
  readonly ip: (typeof CLOUD_SQL_IPS)[number]
}

/** How Cloud SQL is asked for the way to an instance. */
export interface CloudSqlOptions {
  /** Where its admin API is. Default: Google's. */
  readonly endpoint?: string
  /** Who asks: an `AuthClient` of the connector's `google-auth-library`. Default: whoever the environment says. */
  readonly auth?: object
}

/** A way to an instance, which keeps its certificates fresh until it is disposed of. */
export interface CloudSqlConnector extends MysqlConnector, Disposable {}

/**
 * The way to an instance of Cloud SQL: as whoever the environment says, by certificates that last an hour. Needs the
 * package `@google-cloud/cloud-sql-connector`, which is loaded here only.
 *
 * @throws TuneError STORAGE_UNAVAILABLE: no credentials, no such instance, no permission
 */
export async function cloudSqlConnector(
  { instance, ip }: CloudSqlAddress,
  { endpoint, auth }: CloudSqlOptions = {},
): Promise<CloudSqlConnector> {
  const { Connector, IpAddressTypes } = await import('@google-cloud/cloud-sql-connector').catch(
    (error: unknown) => {
      throw unavailable(instance, 'it needs the package @google-cloud/cloud-sql-connector', error)
    },
  )
  const ipType = {
    public: IpAddressTypes.PUBLIC,
    private: IpAddressTypes.PRIVATE,
    psc: IpAddressTypes.PSC,
  }[ip]
  const connector = new Connector({
    ...(endpoint !== undefined && { sqlAdminAPIEndpoint: endpoint }),
    ...(auth !== undefined && { auth: auth as NonNullable<ConnectorOptions['auth']> }),
  })
  try {
    const { stream } = await connector.getOptions({ instanceConnectionName: instance, ipType })
    return { stream, [Symbol.dispose]: () => connector.close() }
  } catch (error) {
    connector.close()
    throw unavailable(instance, (error as Error).message.split('\n')[0] ?? '', error)
  }
}

function unavailable(instance: string, why: string, cause: unknown): TuneError {
  return new TuneError('STORAGE_UNAVAILABLE', `Cloud SQL instance ${instance}: ${why}`, { instance }, cause)
}
