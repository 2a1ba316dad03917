import type { JsonValue } from '../api/index.ts'
import type { TaskOutputs } from './task-outputs.ts'

/** Where a metric comes from: an output parameter of a task, or a value in one of its Metrics artifacts. */
export interface MetricSource {
  /** The names of the tasks that give it: several where one component is used several times. */
  readonly tasks: readonly string[]
  /** The output parameter. */
  readonly output?: string
  /** The output artifact, and the value in it. */
  readonly artifact?: { readonly name: string; readonly key: string }
  /** The input of the task that names the instance. Default: none; the value is that of the whole run. */
  readonly instance?: string
}

/** A value that a task gave. */
export interface FoundMetric {
  readonly name: string
  readonly value: number
  /** The instance that it is of; `undefined` where it is of the whole run. */
  readonly instance: string | undefined
}

/** The metrics that a task gave. This alone says which task is which instance. */
export function* metricsIn(
  task: TaskOutputs,
  sources: Readonly<Record<string, MetricSource>>,
): Generator<FoundMetric> {
  for (const [name, { tasks, output, artifact, instance }] of Object.entries(sources)) {
    if (!tasks.includes(task.task)) continue
    const value =
      artifact === undefined ? task.outputs[output ?? name] : task.artifacts[artifact.name]?.[artifact.key]
    if (typeof value !== 'number') continue
    if (instance === undefined) yield { name, value, instance: undefined }
    else if (task.inputs[instance] !== undefined)
      yield { name, value, instance: instanceName(task.inputs[instance]) }
  }
}

/** The name of the instance that an item of a loop is: text as it is, all else as JSON. */
export function instanceName(item: JsonValue): string {
  return typeof item === 'string' ? item : JSON.stringify(item)
}
