import { isTuneError, TuneError } from '@tune/core'
import type { ParameterType } from '../api/index.ts'
import type { TaskMetric } from '../outputs/metric-source.ts'
import type { PipelineInterface, Producer, TaskInterface } from './pipeline-interface.ts'

/** What somebody wants as a metric: an output, or a value in a Metrics artifact; of a task, or of the pipeline. */
export interface WantedMetric {
  /** The name of a task, or of a component. Default: none; it is an output of the pipeline. */
  readonly task?: string
  readonly output?: string
  readonly artifact?: string
  /** Which value of the artifact. */
  readonly key?: string
  /** The input of the task that names the instance: the task then runs once for each. */
  readonly instance?: string
}

const NUMBERS: readonly (ParameterType | undefined)[] = ['NUMBER_DOUBLE', 'NUMBER_INTEGER']

/**
 * Where a metric is to be found in the runs of a pipeline.
 *
 * @throws TuneError INVALID_ARGUMENT it is not there, or is no number; `details.key` says which word is at fault
 */
export function findMetric(pipeline: PipelineInterface, wanted: WantedMetric): TaskMetric {
  const { task, output, artifact, key, instance } = wanted
  if (artifact !== undefined && output !== undefined)
    throw wrong('output', 'there is an artifact already; leave one of them out')
  if (artifact !== undefined && key === undefined)
    throw wrong('key', `it is missing; it must say which value of '${artifact}' it is`)
  if (artifact === undefined && key !== undefined)
    throw wrong('key', 'it belongs to an artifact; leave it out, or say which artifact')
  if (task === undefined) return ofPipeline(pipeline, wanted)
  const called = tasksCalled(pipeline, task)
  const tasks = instance === undefined ? [onlyOf(called, task)] : called
  if (instance !== undefined) assertInput(tasks, instance)
  const found =
    artifact === undefined ? { output: outputOf(tasks, output) } : artifactOf(tasks, artifact, key ?? '')
  return { tasks: tasks.map(({ name }) => name), ...found, ...(instance !== undefined && { instance }) }
}

/**
 * The outputs that could be a metric, the likeliest first: of the pipeline, of tasks, of tasks in loops for each instance,
 * and Metrics artifacts, of whose values the specification says nothing.
 */
export function possibleMetrics(pipeline: PipelineInterface): readonly WantedMetric[] {
  const ofPipeline = Object.keys(pipeline.outputs).map((output) => ({ output }))
  const ofTasks = pipeline.tasks.flatMap((task) =>
    namesOfNumbers(task.outputs).map((output) => ({ task: task.name, output, ...instanceOf(task) })),
  )
  const artifacts = pipeline.tasks.flatMap((task) =>
    metricsArtifacts(task.artifacts).map((artifact) => ({ task: task.name, artifact, ...instanceOf(task) })),
  )
  const [looped, single] = [true, false].map((has) => ofTasks.filter((each) => 'instance' in each === has))
  return [
    ...[...ofPipeline, ...(single ?? []), ...(looped ?? [])].filter((wanted) => isThere(pipeline, wanted)),
    // Any value will do to see whether it is there.
    ...artifacts.filter((wanted) => isThere(pipeline, { ...wanted, key: 'any' })),
  ]
}

/** Of a task in a loop, the input that is the item. */
function instanceOf({ isLooped, inputs }: TaskInterface): Pick<WantedMetric, 'instance'> {
  if (!isLooped) return {}
  const item = Object.entries(inputs).find(
    ([, source]) => source !== undefined && ('itemOf' in source || 'itemOfInput' in source),
  )
  return item === undefined ? {} : { instance: item[0] }
}

function isThere(pipeline: PipelineInterface, wanted: WantedMetric): boolean {
  try {
    findMetric(pipeline, wanted)
    return true
  } catch (error) {
    if (isTuneError(error)) return false
    throw error
  }
}

function ofPipeline(
  pipeline: PipelineInterface,
  { output, artifact, key = '', instance }: WantedMetric,
): TaskMetric {
  if (instance !== undefined)
    throw wrong('task', 'it is missing; it must be the task that runs once for each instance')
  const [word, name, all] =
    artifact === undefined
      ? (['output', output, pipeline.outputs] as const)
      : (['artifact', artifact, pipeline.artifacts] as const)
  if (name === undefined) throw wrong('output', `it is missing; ${oneOf(Object.keys(all), 'output')}`)
  const producers = all[name]
  if (producers === undefined)
    throw wrong(word, `the pipeline has no ${word} '${name}'; ${oneOf(Object.keys(all), word)}`)
  const tasks = producers.map(({ task }) => task)
  if (tasks.some(({ isLooped }) => isLooped))
    throw wrong(
      word,
      `'${name}' is made in a loop, one for each item; say reports, with its task and the instance`,
    )
  const keys = [...new Set(producers.map((producer) => producer.key))]
  const [first = ''] = keys
  if (keys.length > 1)
    throw wrong(word, `'${name}' is ${keys.join(' or ')} of several tasks; name one of the tasks`)
  for (const each of producers) assertNumber(each, artifact)
  const found = artifact === undefined ? { output: first } : { artifact: { name: first, key } }
  return { tasks: tasks.map((task) => task.name), ...found }
}

function assertNumber({ task, key }: Producer, artifact: string | undefined): void {
  if (artifact === undefined) outputOf([task], key)
  else artifactOf([task], key, '')
}

/** The tasks of a name: `train`, and with it `train-2` where the component is used again. */
function tasksCalled({ tasks }: PipelineInterface, name: string): readonly TaskInterface[] {
  const called = tasks.filter(
    (task) => task.name === name || task.component === name || isNumbered(task, name),
  )
  if (called.length > 0) return called
  throw wrong(
    'task',
    `the pipeline has no task '${name}'; ${oneOf([...new Set(tasks.map((task) => task.name))], 'task')}`,
  )
}

function isNumbered(task: TaskInterface, name: string): boolean {
  return task.name.startsWith(`${name}-`) && /^\d+$/.test(task.name.slice(name.length + 1))
}

function onlyOf(called: readonly TaskInterface[], name: string): TaskInterface {
  const exact = called.filter((task) => task.name === name)
  const tasks = exact.length > 0 ? exact : called
  const [task] = tasks as [TaskInterface]
  if (task.isLooped)
    throw wrong(
      'task',
      `'${name}' runs once for each item of a loop; say reports instead of value, with the instance`,
    )
  if (tasks.length > 1)
    throw wrong(
      'task',
      `there are several tasks '${name}' (${tasks.map(placeOf).join(', ')}); it must be one`,
    )
  return task
}

function assertInput(tasks: readonly TaskInterface[], instance: string): void {
  const without = tasks.find(({ inputs }) => !Object.hasOwn(inputs, instance))
  if (without === undefined) return
  throw wrong(
    'instance',
    `the task '${without.name}' has no input '${instance}'; ${oneOf(Object.keys(without.inputs), 'input')}`,
  )
}

function outputOf(tasks: readonly TaskInterface[], output: string | undefined): string {
  const [first] = tasks
  const numbers = namesOfNumbers(first?.outputs ?? {})
  if (output === undefined) {
    const [only = ''] = numbers
    if (numbers.length === 1) return only
    throw wrong('output', `it is missing; ${oneOf(numbers, 'output that is a number')}`)
  }
  for (const { name, outputs } of tasks) {
    if (!Object.hasOwn(outputs, output))
      throw wrong(
        'output',
        `the task '${name}' has no output '${output}'; ${oneOf(Object.keys(outputs), 'output')}`,
      )
    if (!NUMBERS.includes(outputs[output]))
      throw wrong('output', `'${output}' of the task '${name}' must be a number, but is a ${outputs[output]}`)
  }
  return output
}

function artifactOf(
  tasks: readonly TaskInterface[],
  name: string,
  key: string,
): Pick<TaskMetric, 'artifact'> {
  for (const { name: task, artifacts } of tasks)
    if (!Object.hasOwn(artifacts, name))
      throw wrong(
        'artifact',
        `the task '${task}' has no artifact '${name}'; ${oneOf(Object.keys(artifacts), 'artifact')}`,
      )
  return { artifact: { name, key } }
}

function namesOfNumbers(outputs: TaskInterface['outputs']): readonly string[] {
  return Object.keys(outputs).filter((name) => NUMBERS.includes(outputs[name]))
}

function metricsArtifacts(artifacts: TaskInterface['artifacts']): readonly string[] {
  return Object.keys(artifacts).filter((name) => artifacts[name] === 'system.Metrics')
}

function placeOf({ path, name }: TaskInterface): string {
  return [...path, name].join('.')
}

function oneOf(names: readonly string[], what: string): string {
  if (names.length === 0) return `it has no ${what}`
  return names.length === 1 ? `there is ${names[0]}` : `there are ${names.join(', ')}`
}

function wrong(key: string, message: string): TuneError {
  return new TuneError('INVALID_ARGUMENT', `${key}: ${message}`, { key, problem: message })
}
