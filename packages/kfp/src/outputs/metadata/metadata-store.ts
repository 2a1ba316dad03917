import { type CallOptions, type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import { isTuneError, TuneError, type TuneErrorCode } from '@tune/core'
import type { JsonObject } from '../../api/index.ts'
import type { HttpOptions } from '../../client/http.ts'
import { networkError } from '../../client/http-error.ts'
import { paginate } from '../../client/paging.ts'
import { type Patience, repeat } from '../../client/repeat.ts'
import type { Connection } from '../../connection/connection.ts'
import type { OutputSource, TaskOutputs, Values } from '../task-outputs.ts'
import { type Artifact, type Execution, MetadataStoreService, type Value } from './metadata_store_pb.ts'
import { metadataTransport } from './transport.ts'

/** States of an execution, as `ml_metadata.Execution.State` numbers them. */
const COMPLETE = 3
const CACHED = 5
/** The type of an event, as `ml_metadata.Event.Type` numbers it. */
const OUTPUT = 4
/** The type of the context that a run is. */
const RUN = 'system.PipelineRun'

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
 * Reads outputs from ML Metadata, where servers up to 2.18 keep what tasks gave. The connection leads to its Envoy
 * (`http://metadata-envoy-service:9090`), to itself (`grpc://metadata-grpc-service:8080`), or to the user interface of
 * Kubeflow Pipelines, which hands calls on.
 *
 * Reading throws TuneError KFP_NOT_FOUND where no ML Metadata answers, and else what {@link KfpClient} says.
 */
export function metadataStore(
  connection: Connection,
  { timeoutMs = 30_000, ...patience }: HttpOptions = {},
): OutputSource {
  const open = (signal: AbortSignal | undefined) => new Store(connection, timeoutMs, patience, signal)
  return {
    name: `ML Metadata at ${connection.baseUrl}`,
    check: async (signal) => {
      await open(signal).runContext('')
    },
    async *read({ run_id }, { withArtifacts = false, signal } = {}) {
      const store = open(signal)
      const context = await store.runContext(run_id)
      if (context === undefined) return
      const ended: Execution[] = []
      for await (const execution of store.executions(context))
        if (execution.lastKnownState === COMPLETE || execution.lastKnownState === CACHED)
          ended.push(execution)
      // In the order in which they began, so that of a task that was run again the last one counts.
      ended.sort((a, b) => Number(a.id - b.id))
      const artifacts = withArtifacts ? await store.artifacts(ended.map(({ id }) => id)) : undefined
      for (const execution of ended) yield outputsOf(execution, artifacts?.get(execution.id) ?? {})
    },
  }
}

function outputsOf({ customProperties }: Execution, artifacts: TaskOutputs['artifacts']): TaskOutputs {
  const { task_name: task, inputs, outputs } = customProperties
  return {
    task: task?.value.case === 'stringValue' ? task.value.value : '',
    inputs: struct(inputs),
    outputs: struct(outputs),
    artifacts,
  }
}

function struct(property: Value | undefined): JsonObject {
  return property?.value.case === 'structValue' ? property.value.value : {}
}

function saidBy({ customProperties }: Artifact): Values {
  const said = Object.entries(customProperties).flatMap(([key, { value }]) =>
    value.case === undefined
      ? []
      : [[key, typeof value.value === 'bigint' ? Number(value.value) : value.value] as const],
  )
  return Object.fromEntries(said)
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
    const redactBy = (redact: (text: string) => string) => {
      this.#redact = redact
    }
    const transport = metadataTransport(connection, timeoutMs, redactBy)
    this.#client = createClient(MetadataStoreService, transport)
  }

  /** The id by which ML Metadata knows a run; undefined before its first task. */
  async runContext(runId: string): Promise<bigint | undefined> {
    const query = { typeName: RUN, contextName: runId }
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

  /** What the output artifacts of executions say, by execution and name. */
  async artifacts(executionIds: readonly bigint[]): Promise<ReadonlyMap<bigint, TaskOutputs['artifacts']>> {
    const found = new Map<bigint, Record<string, Values>>()
    if (executionIds.length === 0) return found
    const { events } = await this.#call((options) =>
      this.#client.getEventsByExecutionIDs({ executionIds: [...executionIds] }, options),
    )
    const outputs = events.filter(({ type }) => type === OUTPUT)
    const artifactIds = [...new Set(outputs.map(({ artifactId }) => artifactId))]
    if (artifactIds.length === 0) return found
    const { artifacts } = await this.#call((options) =>
      this.#client.getArtifactsByID({ artifactIds }, options),
    )
    const byId = new Map(artifacts.map((artifact) => [artifact.id, saidBy(artifact)]))
    for (const { executionId, artifactId, path } of outputs) {
      const [step] = path?.steps ?? []
      const said = byId.get(artifactId)
      if (step?.value.case !== 'key' || said === undefined) continue
      found.set(executionId, { ...found.get(executionId), [step.value.value]: said })
    }
    return found
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
