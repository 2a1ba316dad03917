import type { Interceptor, Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { createGrpcWebTransport } from '@connectrpc/connect-web'
import { authorizedFetch, redactor } from '../../connection/authorized-fetch.ts'
import type { Connection } from '../../connection/connection.ts'

/** Takes secrets out of a text. */
type Redact = (text: string) => string

/**
 * How calls reach ML Metadata: as gRPC where the address says `grpc:`, and else as gRPC-web, which passes proxies and
 * gateways.
 *
 * @param onSent hears what must not be said of a call.
 */
export function metadataTransport(
  connection: Connection,
  timeoutMs: number,
  onSent: (redact: Redact) => void,
): Transport {
  const { baseUrl } = connection
  if (baseUrl.startsWith('grpc:'))
    return createGrpcTransport({
      baseUrl: baseUrl.replace(/^grpc:/, 'http:'),
      defaultTimeoutMs: timeoutMs,
      interceptors: [authorizing(connection, onSent)],
    })
  const send: typeof fetch = async (url, init) => {
    const request = init as unknown as Parameters<typeof authorizedFetch>[2]
    const { response, redact } = await authorizedFetch(connection, (url as string | URL).toString(), request)
    onSent(redact)
    return response
  }
  return createGrpcWebTransport({ baseUrl, fetch: send, defaultTimeoutMs: timeoutMs })
}

function authorizing({ credentials }: Connection, onSent: (redact: Redact) => void): Interceptor {
  return (next) => async (request) => {
    const headers: Record<string, string> = {}
    for (const each of credentials)
      Object.assign(headers, (await each.authorize(false, request.signal)).headers)
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value)
    onSent(redactor(headers))
    return next(request)
  }
}
