import { instanceName, type PipelineInterface, type TaskInterface } from '@tune/kfp'
import type { JsonValue } from '@tune/kfp/api'
import { ConfigError } from '../../config/config-error.ts'

/** The instances of a pipeline. */
export interface PipelineInstances {
  /** Their names, in order. */
  readonly names: readonly string[]
  /** The input that says which of them a run evaluates; `undefined` where each run evaluates all. */
  readonly argument: string | undefined
  /** What that input is given for some of them. Default: all. */
  readonly valueFor: (names: readonly string[] | undefined) => JsonValue
}

/** What a file says of instances. */
export interface WrittenInstances {
  /** Their names, as numbers where they are. */
  readonly names?: readonly (string | number | boolean)[] | undefined
  readonly argument?: string | undefined
}

/**
 * The instances of a pipeline: those that the file names, or what the pipeline says itself of the tasks that give
 * reports.
 *
 * @param reports the tasks that run once for each instance, and the input that names it; of reports in files, none.
 * @param isReported whether a run reports several instances.
 * @throws ConfigError: they are not named, and the pipeline does not say
 */
export function instancesOf(
  pipeline: PipelineInterface,
  { names, argument }: WrittenInstances,
  given: Readonly<Record<string, JsonValue>>,
  reports: { readonly tasks: readonly TaskInterface[]; readonly input: string } | undefined,
  isReported = reports !== undefined,
): PipelineInstances {
  if (argument !== undefined) checkArgument(pipeline, argument, isReported)
  const items = names ?? itemsIn(pipeline, given, argument, reports)
  if (items === undefined)
    throw new ConfigError(
      'instances: they are missing, and the pipeline does not say what it loops over; name them: instances: [a, b, c]',
    )
  const byName = new Map(items.map((item) => [instanceName(item), item]))
  const isList = argument !== undefined && pipeline.inputs[argument]?.parameterType === 'LIST'
  return {
    names: [...byName.keys()],
    argument,
    valueFor: (of = [...byName.keys()]) => {
      const values = of.map((name) => byName.get(name) as JsonValue)
      return isList ? values : (values[0] ?? null)
    },
  }
}

function checkArgument({ name, inputs }: PipelineInterface, argument: string, hasReports: boolean): void {
  const type = Object.hasOwn(inputs, argument) ? inputs[argument]?.parameterType : undefined
  if (type === undefined)
    throw new ConfigError(
      `instances.argument: the pipeline '${name}' has no input '${argument}'; it has ${Object.keys(inputs).join(', ')}`,
    )
  if (hasReports && type !== 'LIST')
    throw new ConfigError(
      `instances.argument: the input '${argument}' must be a LIST, since a run reports several instances, but is a ${type}`,
    )
}

/** What the pipeline loops over, where it says so itself. */
function itemsIn(
  { inputs }: PipelineInterface,
  given: Readonly<Record<string, JsonValue>>,
  argument: string | undefined,
  reports: { readonly tasks: readonly TaskInterface[]; readonly input: string } | undefined,
): readonly JsonValue[] | undefined {
  const listOf = (input: string) => asList(given[input] ?? inputs[input]?.defaultValue)
  if (argument !== undefined) return listOf(argument)
  const { tasks = [], input = '' } = reports ?? {}
  const found: JsonValue[] = []
  for (const task of tasks) {
    const source = task.inputs[input]
    if (source === undefined) return undefined
    if ('constant' in source) found.push(source.constant)
    else if ('itemOf' in source) found.push(...source.itemOf)
    else {
      const list = 'itemOfInput' in source ? listOf(source.itemOfInput) : undefined
      if (list === undefined) return undefined
      found.push(...list)
    }
  }
  return found.length === 0 ? undefined : found
}

function asList(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined
}
