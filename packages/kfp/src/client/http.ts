import { after, TuneError } from '@tune/core'
import { FormData, type RequestInit } from 'undici'
import { type Answer, authorizedFetch } from '../connection/authorized-fetch.ts'
import type { Connection } from '../connection/connection.ts'
import type { CallOptions } from './call-options.ts'
import { answerError, networkError, redirectError, timeoutError } from './http-error.ts'
import { type MayRepeat, type Patience, repeat } from './repeat.ts'

/** How a client deals with a slow or broken server. */
export interface HttpOptions extends Patience {
  /** How long one attempt may take, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number
}

/** One request of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** From `/apis` on. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: object | FormData
  /**
   * Whether the request may reach the server twice. One that may not is tried again only after failures in which it
   * cannot have reached the server.
   */
  readonly repeatable: boolean
}

/** Sends requests, again where that is safe, and understands the answers. */
export class Http {
  readonly #connection: Connection
  readonly #timeoutMs: number
  readonly #patience: Patience

  constructor(connection: Connection, { timeoutMs = 30_000, ...patience }: HttpOptions = {}) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
    this.#patience = patience
  }

  /**
   * The JSON of an answer.
   *
   * @throws TuneError every code that begins with KFP_
   */
  json<T>(request: ApiRequest, options: CallOptions = {}): Promise<T> {
    const read = async ({ response }: Answer) => parseJson(await response.text(), this.#where(request)) as T
    const mayRepeat: MayRepeat = (error) => request.repeatable || error.details['neverSent'] === true
    return this.repeat(() => this.#attempt(request, options, read), options.signal, mayRepeat)
  }

  /**
   * The text of an answer, as it comes. Only its beginning has a time limit.
   *
   * @throws TuneError every code that begins with KFP_
   */
  async *text(request: ApiRequest, options: CallOptions = {}): AsyncGenerator<string, void> {
    const open = () => this.#attempt(request, options, async ({ response }) => response.body)
    const body = await this.repeat(open, options.signal)
    if (body === null) return
    try {
      yield* body.pipeThrough(new TextDecoderStream())
    } catch (error) {
      options.signal?.throwIfAborted()
      throw networkError(this.#where(request), error)
    }
  }

  /** Does something again, after a pause, for as long as it fails in ways that pass. */
  repeat<T>(attempt: () => Promise<T>, signal?: AbortSignal, mayRepeat?: MayRepeat): Promise<T> {
    return repeat(attempt, this.#patience, signal, mayRepeat)
  }

  async #attempt<T>(
    request: ApiRequest,
    { signal, timeoutMs = this.#timeoutMs }: CallOptions,
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    const limit = new AbortController()
    const timer = after(timeoutMs, () => limit.abort())
    const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal
    const where = this.#where(request)
    try {
      const init = { method: request.method, ...content(request.body), signal: either }
      const answer = await authorizedFetch(this.#connection, this.#url(request), init)
      await assertOk(answer, where)
      return await read(answer)
    } catch (error) {
      signal?.throwIfAborted()
      throw limit.signal.aborted ? timeoutError(where, timeoutMs) : networkError(where, error)
    } finally {
      timer[Symbol.dispose]()
    }
  }

  #url({ path, query = {} }: ApiRequest): string {
    const search = new URLSearchParams()
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
    const suffix = search.size === 0 ? '' : `?${search.toString()}`
    return this.#connection.baseUrl + path + suffix
  }

  #where({ method, path }: ApiRequest): string {
    return `Kubeflow Pipelines at ${this.#connection.baseUrl}, ${method} ${path}`
  }
}

function content(body: object | undefined): RequestInit {
  if (body === undefined) return {}
  if (body instanceof FormData) return { body }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

async function assertOk({ response, redact }: Answer, where: string): Promise<void> {
  if (response.ok) return
  const { status } = response
  const body = redact(await response.text())
  throw status < 400
    ? redirectError(where, status, response.headers.get('location'))
    : answerError(where, status, body)
}

function parseJson(body: string, where: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    const found = body.trimStart().startsWith('<')
      ? 'an HTML page, perhaps of a gateway'
      : `${body.length} bytes`
    throw new TuneError('KFP_FAILED', `${where}: the answer is not JSON but ${found}`, { status: 200 })
  }
}
