import { type CallOptions, type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import { createGrpcWebTransport } from '@connectrpc/connect-web'
import { isTuneError, TuneError, type TuneErrorCode } from '@tune/core'
import type { JsonObject } from '../../api/index.ts'
import type { HttpOptions } from '../../client/http.ts'
import { networkError } from '../../client/http-error.ts'
import { paginate } from '../../client/paging.ts'
import { type Patience, repeat } from '../../client/repeat.ts'
import { authorizedFetch } from '../../connection/authorized-fetch.ts'
import type { Connection } from '../../connection/connection.ts'
import { type DaySource, dayProfit } from '../day-profits.ts'
import { type Execution, MetadataStoreService, type Value } from './metadata_store_pb.ts'

/** States of an execution, as `ml_metadata.Execution.State` numbers them. */
const COMPLETE = 3
const CACHED = 5

/** What an unsuccessful call means. What is not here means that it failed. */
const KINDS: Readonly<Partial<Record<Code, TuneErrorCode>>> = {
  [Code.Unavailable]: 'KFP_UNAVAILABLE',
  // Two writers met in its database.
  [Code.Aborted]: 'KFP_UNAVAILABLE',
  [Code.DeadlineExceeded]: 'KFP_TIMEOUT',
  [Code.Unauthenticated]: 'KFP_UNAUTHENTICATED',
  [Code.PermissionDenied]: 'KFP_FORBIDDEN',
  // What a web server says that has no such service.
  [Code.Unimplemented]: 'KFP_NOT_FOUND',
}

/**
 * Reads profits from ML Metadata, where servers up to 2.18 keep what tasks gave. The connection leads to its Envoy
 * (`metadata-envoy-service:9090`) or to the user interface of Kubeflow Pipelines, which hands calls on.
 *
 * Reading throws TuneError KFP_NOT_FOUND where no ML Metadata answers, and else what {@link KfpClient} says.
 */
export function metadataStore(
  connection: Connection,
  { timeoutMs = 30_000, ...patience }: HttpOptions = {},
): DaySource {
  return {
    async *read({ run_id }, signal) {
      const store = new Store(connection, timeoutMs, patience, signal)
      const context = await store.runContext(run_id)
      if (context === undefined) return
      for await (const execution of store.executions(context)) {
        const found = profitOf(execution)
        if (found) yield found
      }
    },
  }
}

function profitOf({ lastKnownState, customProperties }: Execution) {
  if (lastKnownState !== COMPLETE && lastKnownState !== CACHED) return undefined
  const { task_name: task, inputs, outputs } = customProperties
  const name = task?.value.case === 'stringValue' ? task.value.value : ''
  return dayProfit(name, struct(inputs), struct(outputs))
}

function struct(property: Value | undefined): JsonObject {
  return property?.value.case === 'structValue' ? property.value.value : {}
}

/** The calls of one reading. */
class Store {
  readonly #where: string
  readonly #client: Client<typeof MetadataStoreService>
  readonly #patience: Patience
  readonly #signal: AbortSignal | undefined
  #redact = (text: string): string => text

  constructor(
    connection: Connection,
    timeoutMs: number,
    patience: Patience,
    signal: AbortSignal | undefined,
  ) {
    const { baseUrl } = connection
    this.#where = `ML Metadata at ${baseUrl}`
    this.#patience = patience
    this.#signal = signal
    const send: typeof fetch = async (url, init) => {
      const request = init as unknown as Parameters<typeof authorizedFetch>[2]
      const { response, redact } = await authorizedFetch(
        connection,
        (url as string | URL).toString(),
        request,
      )
      this.#redact = redact
      return response
    }
    const transport = createGrpcWebTransport({ baseUrl, fetch: send, defaultTimeoutMs: timeoutMs })
    this.#client = createClient(MetadataStoreService, transport)
  }

  /** The id by which ML Metadata knows a run; undefined before its first task. */
  async runContext(runId: string): Promise<bigint | undefined> {
    const query = { typeName: 'system.PipelineRun', contextName: runId }
    const { context } = await this.#call((options) => this.#client.getContextByTypeAndName(query, options))
    return context?.id
  }

  executions(contextId: bigint): AsyncIterable<Execution> {
    const read = async (nextPageToken: string | undefined) => {
      const options = { maxResultSize: 100, ...(nextPageToken !== undefined && { nextPageToken }) }
      const page = await this.#call((call) =>
        this.#client.getExecutionsByContext({ contextId, options }, call),
      )
      return { executions: page.executions, next_page_token: page.nextPageToken }
    }
    return paginate(read, (page) => page.executions)
  }

  #call<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
    const signal = this.#signal
    const attempt = async () => {
      try {
        return await call(signal ? { signal } : {})
      } catch (error) {
        signal?.throwIfAborted()
        throw this.#error(error)
      }
    }
    return repeat(attempt, this.#patience, signal)
  }

  #error(error: unknown): unknown {
    if (!(error instanceof ConnectError)) return error
    // Connect hands on what was thrown while sending.
    const { cause } = error
    if (isTuneError(cause)) return cause
    if (cause instanceof TypeError) return networkError(this.#where, cause)
    const kind = KINDS[error.code] ?? 'KFP_FAILED'
    const message = `${this.#where}: ${Code[error.code]}: ${this.#redact(error.rawMessage)}`
    return new TuneError(kind, message, { code: error.code })
  }
}
