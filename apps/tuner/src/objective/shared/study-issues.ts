import { toInternal } from '@tune/core'
import type { Issue } from '../../config/issue.ts'
import { spaceOf } from '../../config/parameters.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import { told } from './told.ts'

/** Keys that only the simulator has. */
const SIMULATORS = ['direction', 'ranges'] as const

/**
 * What is wrong with what every objective but the simulator needs.
 *
 * @param kind of the objective, for people.
 */
export function* studyIssues(config: StudyConfig, kind: 'command' | 'pipeline'): Generator<Issue> {
  const { metrics = {}, constraints, space: described = {} } = config
  for (const key of SIMULATORS)
    if (config[key] !== undefined)
      yield {
        path: [key],
        message: `only the simulator has it; a ${kind} has ${key === 'ranges' ? 'space' : 'metrics'}`,
      }
  if (Object.keys(metrics).length === 0)
    yield {
      path: ['metrics'],
      message: `it is missing; it must name what the ${kind} gives, as in { auc: maximize }`,
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
  yield* instanceIssues(config)
}

function* instanceIssues({ instances, atOnce }: StudyConfig): Generator<Issue> {
  const names = instances?.names ?? []
  const repeated = names.findIndex((name, i) => names.map(String).indexOf(String(name)) < i)
  if (repeated >= 0) yield { path: ['instances', repeated], message: `'${names[repeated]}' is there twice` }
  if (instances?.atOnce !== undefined && atOnce !== undefined)
    yield { path: ['atOnce'], message: 'instances has it already; leave one of them out' }
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
