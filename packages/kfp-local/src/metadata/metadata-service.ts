import type { RequestListener } from 'node:http'
import { create, type JsonObject } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import type { JsonValue } from '@tune/kfp/api'
import {
  ArtifactSchema,
  EventSchema,
  type Execution,
  ExecutionSchema,
  MetadataStoreService,
  type Value,
  ValueSchema,
} from '@tune/kfp/metadata'
import type { TaskRecord } from '../execution/task-record.ts'
import type { AnswerFaults } from '../misbehaviour/answer-faults.ts'
import { where } from '../state/condition.ts'
import type { Stored } from '../state/stored.ts'

/** `ml_metadata.Execution.State`. */
const STATES: Readonly<Record<TaskRecord['state'], number>> = {
  PENDING: 1,
  RUNNING: 2,
  SUCCEEDED: 3,
  FAILED: 4,
  CACHED: 5,
  SKIPPED: 6,
}

/** `ml_metadata.Event.Type`. */
const OUTPUT = 4

/** More than any run has tasks, and any task artifacts: ids are made of places. */
const MOST = 1_000_000n

/**
 * The calls of ML Metadata by which the outputs of a run are read, laid out as servers up to 2.18 do: a context for each
 * run; an execution for each task, its inputs and outputs among the custom properties; and artifacts, each with an event
 * that says which output it is.
 */
export function metadataService({ tasks, runs }: Stored, faults: AnswerFaults): RequestListener {
  // Ids are numbers there: the place of the run among those that were asked for.
  const contexts: string[] = []
  const artifactsOf = (executionId: bigint) => {
    const run = contexts[Number(executionId / MOST) - 1] ?? ''
    const task = tasks.all([where('run_id', run)])[Number(executionId % MOST) - 1]
    return task === undefined ? [] : outputArtifacts(task, executionId)
  }
  const answer = connectNodeAdapter({
    routes: (router) => {
      router.service(MetadataStoreService, {
        getContextByTypeAndName({ contextName, typeName }) {
          if (typeName !== 'system.PipelineRun' || runs.find(contextName) === undefined) return {}
          if (!contexts.includes(contextName)) contexts.push(contextName)
          return { context: { id: BigInt(contexts.indexOf(contextName) + 1), name: contextName } }
        },
        getExecutionsByContext({ contextId, options }) {
          const run = contexts[Number(contextId) - 1]
          if (run === undefined) throw new ConnectError(`no context ${contextId}`, Code.NotFound)
          const all = tasks.all([where('run_id', run)])
          const begin = Number(options?.nextPageToken || 0)
          const end = begin + (options?.maxResultSize ?? 20)
          return {
            executions: all
              .slice(begin, end)
              .map((task, index) => execution(task, contextId * MOST + BigInt(begin + index + 1))),
            ...(end < all.length && { nextPageToken: String(end) }),
          }
        },
        getEventsByExecutionIDs({ executionIds }) {
          return { events: executionIds.flatMap((id) => artifactsOf(id).map(({ event }) => event)) }
        },
        getArtifactsByID({ artifactIds }) {
          const executions = new Set(artifactIds.map((id) => id / MOST))
          const all = [...executions].flatMap((id) => artifactsOf(id).map(({ artifact }) => artifact))
          return { artifacts: all.filter(({ id }) => artifactIds.includes(id)) }
        },
      })
    },
  })
  return (request, response) => {
    if (faults.areOutputsAway) response.writeHead(503).end()
    else answer(request, response)
  }
}

/** The artifacts that a task wrote, and what says which output each is. */
function outputArtifacts({ outputs }: TaskRecord, executionId: bigint) {
  const written = Object.entries(outputs.artifacts).flatMap(([key, list]) =>
    list.map((artifact) => ({ key, artifact })),
  )
  return written.map(({ key, artifact: { uri = '', metadata = {} } }, index) => {
    const id = executionId * MOST + BigInt(index + 1)
    const customProperties = Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, valueOf(value)]),
    )
    const path = { steps: [{ value: { case: 'key' as const, value: key } }] }
    return {
      artifact: create(ArtifactSchema, { id, uri, customProperties }),
      event: create(EventSchema, { executionId, artifactId: id, type: OUTPUT, path }),
    }
  })
}

function valueOf(value: JsonValue): Value {
  if (typeof value === 'number') return create(ValueSchema, { value: { case: 'doubleValue', value } })
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return create(ValueSchema, { value: { case: 'stringValue', value: text } })
}

function execution(task: TaskRecord, id: bigint): Execution {
  const text = (value: string) => create(ValueSchema, { value: { case: 'stringValue', value } })
  const struct = (value: JsonObject) => create(ValueSchema, { value: { case: 'structValue', value } })
  const whole = (value: number) => create(ValueSchema, { value: { case: 'intValue', value: BigInt(value) } })
  return create(ExecutionSchema, {
    id,
    lastKnownState: STATES[task.state],
    customProperties: {
      task_name: text(task.name),
      inputs: struct(task.inputs.parameters as JsonObject),
      outputs: struct(task.outputs.parameters as JsonObject),
      ...(task.iteration !== undefined && { iteration_index: whole(task.iteration) }),
    },
  })
}
