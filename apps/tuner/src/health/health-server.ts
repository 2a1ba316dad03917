import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type Study, systemClock } from '@tune/core'
import { ConfigError } from '../config/config-error.ts'

/** How long a storage may take to answer before it counts as away, in milliseconds. */
const ANSWER_MS = 5000

/** Says to whoever looks after this process how it is. */
export interface HealthServer extends AsyncDisposable {
  /** From now on it is ready when this study's storage answers. */
  begin(study: Study): void
}

/**
 * Answers at `/healthz`, always, and at `/readyz`: with 200 where the study is open and its storage answers, and with
 * 503 where not.
 *
 * @param port `undefined` for nowhere.
 * @throws ConfigError the port cannot be had
 */
export async function serveHealth(port: number | undefined): Promise<HealthServer> {
  if (port === undefined) return { begin: () => {}, [Symbol.asyncDispose]: async () => {} }
  let study: Study | undefined
  const server = createServer(({ url }, response) => {
    if (url === '/healthz') answer(response, 200, { status: 'ok' })
    else if (url === '/readyz') void answerReady(response, study)
    else answer(response, 404, { status: 'there is only /healthz and /readyz' })
  })
  await listening(server, port)
  return {
    begin: (opened) => {
      study = opened
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function listening(server: Server, port: number): Promise<void> {
  try {
    server.listen(port)
    await once(server, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(`--health-port: ${port} cannot be listened at (${code}); choose another one`, {
      cause,
    })
  }
}

async function answerReady(response: ServerResponse, study: Study | undefined): Promise<void> {
  if (study === undefined) return answer(response, 503, { status: 'the study is not open yet' })
  const late = new AbortController()
  const known = study.counts().catch(() => undefined)
  const trials = await Promise.race([known, systemClock.sleep(ANSWER_MS, late.signal)])
  late.abort()
  if (typeof trials !== 'object')
    return answer(response, 503, { status: 'the storage does not answer', study: study.name })
  answer(response, 200, { status: 'ready', study: study.name, trials })
}

function answer(response: ServerResponse, code: number, said: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(said)}\n`)
}
