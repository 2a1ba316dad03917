import { isTuneError, toInternal } from '@tune/core'
import { assertPlaceholders, collectorFor } from '@tune/process'
import type { Issue } from '../../config/issue.ts'
import { spaceOf } from '../../config/parameters.ts'
import type { StudyConfig } from '../../config/study-config.ts'

/** Keys that only the simulator has. */
const SIMULATORS = ['direction', 'ranges'] as const

/** What is wrong with a file whose objective is a command. */
export function* commandIssues(config: StudyConfig): Generator<Issue> {
  const { metrics = {}, constraints, space: described = {}, objective, runner } = config
  for (const key of SIMULATORS)
    if (config[key] !== undefined)
      yield {
        path: [key],
        message: `only the simulator has it; a command has ${key === 'ranges' ? 'space' : 'metrics'}`,
      }
  if (runner === 'kfp') yield { path: ['runner'], message: 'a command runs on this machine; leave it out' }
  if (Object.keys(metrics).length === 0)
    yield {
      path: ['metrics'],
      message: 'it is missing; it must name what the command gives, as in { auc: maximize }',
    }
  const twice = Object.keys(constraints).find((name) => Object.hasOwn(metrics, name))
  if (twice !== undefined)
    yield {
      path: ['constraints', twice],
      message: 'it is one of the metrics already; a metric is one or the other',
    }
  for (const [name, { max, min }] of Object.entries(constraints))
    if (max === undefined && min === undefined)
      yield { path: ['constraints', name], message: 'it must have max, min or both' }
  if (config.goal !== undefined && Object.keys(metrics).length > 1)
    yield { path: ['goal'], message: 'there can be one where there is one metric only' }
  const { space, issues } = spaceOf(described)
  yield* issues
  if (Object.keys(described).length === 0)
    yield {
      path: ['space'],
      message: 'it is missing; it must have a parameter, as in { rate: { type: float, low: 0, high: 1 } }',
    }
  yield* fixedIssues(config)
  yield* currentIssues(config, space)
  const { instances = [] } = config
  const repeated = instances.findIndex((name, i) => instances.indexOf(name) < i)
  if (repeated >= 0)
    yield { path: ['instances', repeated], message: `'${instances[repeated]}' is there twice` }
  yield* lineIssues(
    objective,
    [...Object.keys(described), ...Object.keys(config.fixed)],
    config.instances !== undefined,
  )
  yield* told(['objective', 'output', 'pattern'], () =>
    collectorFor([...Object.keys(metrics), ...Object.keys(constraints)], outputOf(objective)),
  )
}

function* fixedIssues({ fixed, space = {} }: StudyConfig): Generator<Issue> {
  for (const name of Object.keys(fixed))
    if (Object.hasOwn(space, name))
      yield { path: ['fixed', name], message: 'it is in the space too; a parameter is tuned or fixed' }
}

function* currentIssues(
  { current }: StudyConfig,
  space: ReturnType<typeof spaceOf>['space'],
): Generator<Issue> {
  if (current === undefined) return
  for (const [name, value] of Object.entries(current)) {
    const distribution = Object.hasOwn(space, name) ? space[name] : undefined
    const path = ['current', name]
    if (distribution === undefined)
      yield {
        path,
        message: `there is no such parameter in the space; there are ${Object.keys(space).join(', ')}`,
      }
    else yield* told(path, () => toInternal(distribution, value, name), `${name}: `)
  }
  const missing = Object.keys(space).find((name) => !Object.hasOwn(current, name))
  if (missing !== undefined)
    yield { path: ['current'], message: `it must have all parameters, but ${missing} is missing` }
}

function* lineIssues(
  { command, shell = false }: StudyConfig['objective'],
  names: readonly string[],
  hasInstances: boolean,
): Generator<Issue> {
  const path = ['objective', 'command']
  if (typeof command === 'string' && !shell)
    yield { path, message: 'a text is a command line for a shell: say shell: true, or make it a list' }
  if (typeof command === 'object' && shell)
    yield { path, message: 'with shell: true it is a text, not a list' }
  for (const word of [command ?? []].flat())
    yield* told(path, () => assertPlaceholders(word, names, hasInstances))
}

/** How metrics come back, as far as the file says. */
export function outputOf({ output = {} }: StudyConfig['objective']): Parameters<typeof collectorFor>[1] {
  const { file, format, pattern, step } = output
  return {
    ...(file !== undefined && { file }),
    ...(format !== undefined && { format }),
    ...(pattern !== undefined && { pattern }),
    ...(step !== undefined && { step }),
  }
}

/** What a check says that throws. @param before what its message begins with, which the path says already */
function* told(path: Issue['path'], check: () => unknown, before = 'pattern: '): Generator<Issue> {
  try {
    check()
  } catch (error) {
    if (!isTuneError(error)) throw error
    yield { path, message: error.message.replace(before, '') }
  }
}
