import type { IoArtifact, IoParameter, JsonValue, PipelineTask } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import type { OutputSource, TaskOutputs, Values } from './task-outputs.ts'

/** Reads outputs from the server itself, where it has the native task API. One request for each run. */
export function nativeTasks(client: KfpClient): OutputSource {
  return {
    name: 'the native task API',
    check: async () => {},
    async *read({ run_id }, { signal } = {}) {
      const { tasks = [] } = await client.runs.get(run_id, { withTasks: true, ...(signal && { signal }) })
      for (const task of tasks)
        if (task.state === 'SUCCEEDED' || task.state === 'CACHED') yield outputsOf(task)
    },
  }
}

function outputsOf({ name = '', inputs, outputs }: PipelineTask): TaskOutputs {
  const artifacts = outputs?.artifacts?.map((each) => [each.artifact_key ?? '', saidBy(each)] as const)
  return {
    task: name,
    inputs: byKey(inputs?.parameters),
    outputs: byKey(outputs?.parameters),
    artifacts: Object.fromEntries(artifacts ?? []),
  }
}

function byKey(parameters: readonly IoParameter[] = []): Values {
  return Object.fromEntries(parameters.map(({ parameter_key = '', value = null }) => [parameter_key, value]))
}

/** Each metric is an artifact of its own there. */
function saidBy({ artifacts = [] }: IoArtifact): Values {
  const said: Record<string, JsonValue> = {}
  for (const { name = '', number_value, metadata } of artifacts) {
    Object.assign(said, metadata)
    if (number_value !== undefined) said[name] = number_value
  }
  return said
}
