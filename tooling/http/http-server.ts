import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What to answer: JSON with a status, text, `lost` to drop the connection, or `silence`. */
export type Reply =
  | { readonly status?: number; readonly json: object; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string; readonly headers?: Record<string, string> }
  | 'lost'
  | 'silence'

export interface HttpServer extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
}

/** A server on this machine that keeps what it received. */
export async function httpServer(
  answer: (request: Received, index: number) => Reply | Promise<Reply>,
  port = 0,
): Promise<HttpServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    const respond = async () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://here')
      const { method = '', headers } = request
      const body = Buffer.concat(chunks).toString()
      received.push({ method, path: pathname, query: searchParams, headers, body })
      const reply = await answer(received.at(-1) as Received, received.length - 1)
      if (reply === 'silence') return
      if (reply === 'lost') {
        request.socket.destroy()
        return
      }
      const type = 'json' in reply ? 'application/json' : 'text/plain'
      response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers })
      response.end('json' in reply ? JSON.stringify(reply.json) : reply.text)
    }
    request.on('end', () => void respond())
  })
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
