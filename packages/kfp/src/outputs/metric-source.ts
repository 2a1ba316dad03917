import type { JsonValue } from '../api/index.ts'
import type { TaskOutputs } from './task-outputs.ts'

/** Where a metric comes from: a task, or a file that the run writes. */
export type MetricSource = TaskMetric | FileMetric

/** A value in a JSON file of an object store, which some task of the run writes. */
export interface FileMetric {
  /**
   * `s3://bucket/{run}.json` or `gs://bucket/{run}/{instance}.json`. `{run}` is what no other run has, see {@link runWord},
   * so that no file of another run is read. With `{instance}` each instance has a file of its own.
   */
  readonly file: string
  /** Which value of the file. */
  readonly key: string
}

/** An output parameter of a task, or a value in one of its Metrics artifacts. */
export interface TaskMetric {
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
  for (const [name, source] of Object.entries(sources)) {
    if ('file' in source) continue
    const { tasks, output, artifact, instance } = source
    if (!tasks.includes(task.task)) continue
    const value =
      artifact === undefined ? task.outputs[output ?? name] : task.artifacts[artifact.name]?.[artifact.key]
    if (typeof value !== 'number') continue
    if (instance === undefined) yield { name, value, instance: undefined }
    else if (task.inputs[instance] !== undefined)
      yield { name, value, instance: instanceName(task.inputs[instance]) }
  }
}

/** Whether a metric is one of each instance, rather than of the whole run. */
export function isOfInstances(source: MetricSource): boolean {
  return 'file' in source ? source.file.includes('{instance}') : source.instance !== undefined
}

/** The name of the instance that an item of a loop is: text as it is, all else as JSON. */
export function instanceName(item: JsonValue): string {
  return typeof item === 'string' ? item : JSON.stringify(item)
}
