import type { RequestListener } from 'node:http'
import { create, type JsonObject } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { type Execution, ExecutionSchema, MetadataStoreService, ValueSchema } from '@tune/kfp/metadata'
import type { TaskRecord } from '../execution/task-record.ts'
import { where } from '../state/condition.ts'
import type { Stored } from '../state/stored.ts'

/** `ml_metadata.Execution.State`. */
const STATES: Readonly<Record<TaskRecord['state'], number>> = {
  RUNNING: 2,
  SUCCEEDED: 3,
  FAILED: 4,
  CACHED: 5,
  SKIPPED: 6,
}

/** Where the calls of ML Metadata are, as the user interface of Kubeflow Pipelines hands them on. */
export const METADATA_PATH = '/ml_metadata.MetadataStoreService/'

/**
 * The two calls of ML Metadata by which the outputs of a run are read, laid out as servers up to 2.18 do: a context for
 * each run, an execution for each task, its inputs and outputs among the custom properties.
 */
export function metadataService({ tasks, runs }: Stored): RequestListener {
  // Ids are numbers there: the place of the run among those that were asked for.
  const contexts: string[] = []
  return connectNodeAdapter({
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
            executions: all.slice(begin, end).map((task, index) => execution(task, begin + index + 1)),
            ...(end < all.length && { nextPageToken: String(end) }),
          }
        },
      })
    },
  })
}

function execution(task: TaskRecord, id: number): Execution {
  const text = (value: string) => create(ValueSchema, { value: { case: 'stringValue', value } })
  const struct = (value: JsonObject) => create(ValueSchema, { value: { case: 'structValue', value } })
  const whole = (value: number) => create(ValueSchema, { value: { case: 'intValue', value: BigInt(value) } })
  return create(ExecutionSchema, {
    id: BigInt(id),
    lastKnownState: STATES[task.state],
    customProperties: {
      task_name: text(task.name),
      inputs: struct(task.inputs.parameters as JsonObject),
      outputs: struct(task.outputs.parameters as JsonObject),
      ...(task.iteration !== undefined && { iteration_index: whole(task.iteration) }),
    },
  })
}
