import { assertPlaceholders, collectorFor } from '@tune/process'
import type { Issue } from '../../config/issue.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import { pipelineKeys } from '../pipeline/pipeline-config.ts'
import { studyIssues } from '../shared/study-issues.ts'
import { told } from '../shared/told.ts'

/** What is wrong with a file whose objective is a command. */
export function* commandIssues(config: StudyConfig): Generator<Issue> {
  const { metrics = {}, constraints, space: described = {}, objective, runner } = config
  yield* studyIssues(config, 'command')
  for (const key of Object.keys(pipelineKeys))
    if (Object.hasOwn(objective, key))
      yield { path: ['objective', key], message: 'it belongs to a pipeline; leave it out' }
  if (runner === 'kfp') yield { path: ['runner'], message: 'a command runs on this machine; leave it out' }
  const { argument, names } = config.instances ?? {}
  if (argument !== undefined)
    yield { path: ['instances', 'argument'], message: 'it belongs to a pipeline; leave it out' }
  if (config.instances !== undefined && names === undefined)
    yield { path: ['instances', 'names'], message: 'it is missing; it must be a list of names' }
  yield* lineIssues(
    objective,
    [...Object.keys(described), ...Object.keys(config.fixed)],
    config.instances !== undefined,
  )
  yield* told(['objective', 'output', 'pattern'], () =>
    collectorFor([...Object.keys(metrics), ...Object.keys(constraints)], outputOf(objective)),
  )
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
