import { TuneError } from '@tune/core'
import type { Connection, Credentials } from './connection.ts'

/**
 * A server at a URL, with the path under which a gateway shows it, if any: `https://kubeflow.example.org/pipeline`. ML
 * Metadata is looked for under the same URL, and before that beside a server that has its usual name or port.
 *
 * @throws TuneError INVALID_ARGUMENT what is no URL, or has a password in it
 */
export function urlConnection(url: string, ...credentials: readonly Credentials[]): Connection {
  const baseUrl = checkedUrl('Kubeflow Pipelines', 'http://ml-pipeline.kubeflow:8888', /^https?:$/, url)
  const metadata = [...besideUrl(baseUrl), baseUrl].map((each) => ({ baseUrl: each, credentials }))
  return { baseUrl, credentials, metadata }
}

/** Where ML Metadata is if all is as it is usually installed: in a cluster, or forwarded from one. */
function besideUrl(url: string): readonly string[] {
  const [, name = '', domain = ''] =
    /^http:\/\/(ml-pipeline|127\.0\.0\.1|localhost)((?:\.[\w-]+)*):8888$/.exec(url) ?? []
  if (name === '') return []
  if (name !== 'ml-pipeline') return [`http://${name}:9090`]
  return metadataServices((service, port) => `http://${service}${domain}:${port}`)
}

/**
 * ML Metadata at a URL: of its Envoy or of a gateway (`http:`, `https:`), or of itself (`grpc:`).
 *
 * @throws TuneError INVALID_ARGUMENT what is no URL, or has a password in it
 */
export function metadataConnection(url: string, ...credentials: readonly Credentials[]): Connection {
  const example = 'http://metadata-envoy-service.kubeflow:9090 or grpc://metadata-grpc-service.kubeflow:8080'
  return { baseUrl: checkedUrl('ML Metadata', example, /^(https?|grpc):$/, url), credentials }
}

/** Where ML Metadata is in a cluster: behind its Envoy, and itself. */
export function metadataServices(addressOf: (service: string, port: number) => string): readonly string[] {
  const itself = addressOf('metadata-grpc-service', 8080).replace(/^http:/, 'grpc:')
  return [addressOf('metadata-envoy-service', 9090), itself]
}

function checkedUrl(what: string, example: string, schemes: RegExp, url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || !schemes.test(parsed.protocol))
    throw new TuneError('INVALID_ARGUMENT', `${what} URL: it must be like ${example}`)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TuneError(
      'INVALID_ARGUMENT',
      `${what} URL for ${parsed.host}: it must not hold a user or password; give these as credentials`,
    )
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`
}
