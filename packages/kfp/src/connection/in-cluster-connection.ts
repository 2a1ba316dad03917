import { existsSync } from 'node:fs'
import type { Connection, Credentials } from './connection.ts'
import { tokenFile } from './token-file.ts'
import { metadataConnection, metadataServices, urlConnection } from './url-connection.ts'

/** Where Kubeflow mounts a token for its pipelines. */
const TOKEN_PATH = '/var/run/secrets/kubeflow/pipelines/token'

export interface InClusterOptions {
  /** Where Kubeflow Pipelines runs. Default `kubeflow`. */
  readonly namespace?: string
  /** Default `ml-pipeline`. */
  readonly service?: string
  /** Default 8888. */
  readonly port?: number
  /**
   * Who asks. Default: the token that `KF_PIPELINES_SA_TOKEN_PATH` names or that is where Kubeflow mounts it, and
   * nobody where there is none.
   */
  readonly credentials?: readonly Credentials[]
}

/**
 * The server of the cluster that this process runs in: where `KF_PIPELINES_ENDPOINT` says, which the SDK follows too,
 * else its service. ML Metadata is where Kubernetes tells pods of the same namespace that it is, else its service.
 *
 * @throws TuneError INVALID_ARGUMENT `KF_PIPELINES_ENDPOINT` is no URL
 */
export function inClusterConnection(options: InClusterOptions = {}): Connection {
  const { namespace = 'kubeflow', service = 'ml-pipeline', port = 8888 } = options
  const { credentials = mountedToken() } = options
  const addressOf = (of: string, at: number) => `http://${of}.${namespace}.svc.cluster.local:${at}`
  const metadata = [...besidePod(), ...metadataServices(addressOf)].map((url) =>
    metadataConnection(url, ...credentials),
  )
  const told = process.env['KF_PIPELINES_ENDPOINT']
  const isUsual = options.service === undefined && options.namespace === undefined
  const endpoint = isUsual && told ? withScheme(told) : addressOf(service, port)
  return { ...urlConnection(endpoint, ...credentials), metadata }
}

/** The SDK takes an address without one. */
function withScheme(address: string): string {
  return /^https?:/.test(address) ? address : `http://${address}`
}

function besidePod(): readonly string[] {
  const host = process.env['METADATA_ENVOY_SERVICE_SERVICE_HOST']
  const port = process.env['METADATA_ENVOY_SERVICE_SERVICE_PORT']
  return host && port ? [`http://${host}:${port}`] : []
}

function mountedToken(): readonly Credentials[] {
  const named = process.env['KF_PIPELINES_SA_TOKEN_PATH']
  if (named !== undefined) return [tokenFile(named)]
  return existsSync(TOKEN_PATH) ? [tokenFile(TOKEN_PATH)] : []
}
