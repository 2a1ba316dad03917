import type { ComponentSpec, JsonValue, TaskInputParameter, TaskSpec } from '@tune/kfp/api'
import type { Io, Outcome } from './io.ts'
import { fillText } from './placeholders.ts'

/** What a task can take its inputs from. */
export interface Surroundings {
  /** The inputs of the graph that the task is in. */
  readonly inputs: Io
  /** How the tasks before it ended. */
  readonly upstream: ReadonlyMap<string, Outcome>
  /** Values that only the run knows, such as `{{$.pipeline_job_uuid}}`. */
  readonly run: Readonly<Record<string, string>>
}

/** The inputs of a task: given, or the component's defaults. An optional one of which nothing is known is absent. */
export function resolveInputs(task: TaskSpec, component: ComponentSpec, around: Surroundings): Io {
  const parameters: Record<string, JsonValue> = {}
  for (const [name, { defaultValue }] of Object.entries(component.inputDefinitions?.parameters ?? {}))
    if (defaultValue !== undefined) parameters[name] = defaultValue
  for (const [name, input] of Object.entries(task.inputs?.parameters ?? {})) {
    const value = parameterOf(input, name, around)
    if (value !== undefined) parameters[name] = value
  }
  for (const [name, value] of Object.entries(parameters))
    if (typeof value === 'string') parameters[name] = fillText(value, { parameters, artifacts: {} })
  const artifacts: Record<string, Io['artifacts'][string]> = {}
  for (const [name, input] of Object.entries(task.inputs?.artifacts ?? {})) {
    const found =
      'componentInputArtifact' in input
        ? around.inputs.artifacts[input.componentInputArtifact]
        : around.upstream.get(input.taskOutputArtifact.producerTask)?.outputs.artifacts[
            input.taskOutputArtifact.outputArtifactKey
          ]
    if (found !== undefined) artifacts[name] = found
  }
  return { parameters, artifacts }
}

function parameterOf(
  input: TaskInputParameter,
  name: string,
  { inputs, upstream, run }: Surroundings,
): JsonValue | undefined {
  const { parameterExpressionSelector: selector } = input
  let value: JsonValue | undefined
  if ('componentInputParameter' in input) value = inputs.parameters[input.componentInputParameter]
  else if ('taskOutputParameter' in input) {
    const { producerTask, outputParameterKey } = input.taskOutputParameter
    value = upstream.get(producerTask)?.outputs.parameters[outputParameterKey]
    if (value === undefined)
      throw new Error(`input '${name}': '${producerTask}' has no '${outputParameterKey}'`)
  } else if ('taskFinalStatus' in input) {
    const { producerTask } = input.taskFinalStatus
    value = finalStatus(producerTask, upstream.get(producerTask), run)
  } else {
    const { constant } = input.runtimeValue
    value = typeof constant === 'string' ? (run[constant] ?? constant) : constant
  }
  return selector === undefined || value === undefined ? value : selected(value, selector)
}

function finalStatus(task: string, outcome: Outcome | undefined, run: Surroundings['run']): JsonValue {
  const { state, isTerminated = false } = outcome ?? {}
  const isFailed = state === 'FAILED' || state === 'OMITTED'
  return {
    // Nobody writes down how a task ended that was killed with its run.
    state: isTerminated ? 'RUNNING' : isFailed ? 'FAILED' : 'COMPLETE',
    pipelineTaskName: task,
    pipelineJobResourceName: run['{{$.pipeline_job_resource_name}}'] ?? '',
    error: {},
  }
}

/** `parseJson(string_value)["a"]["b"]`, the one kind of selector that compilers write. */
function selected(value: JsonValue, selector: string): JsonValue {
  const keys = [...selector.matchAll(/\["([^"]+)"\]|\[(\d+)\]/g)].map(
    ([, key, index]) => key ?? Number(index),
  )
  let found: unknown = typeof value === 'string' ? JSON.parse(value) : value
  for (const key of keys) found = (found as Record<string | number, unknown> | undefined)?.[key]
  if (found === undefined) throw new Error(`the selector ${selector} finds nothing`)
  return found as JsonValue
}
