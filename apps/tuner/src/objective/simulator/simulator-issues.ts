import { isTuneError } from '@tune/core'
import { parseParameters } from '@tune/sim-local'
import type { Issue } from '../../config/issue.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import { commandKeys } from '../command/command-config.ts'
import { pipelineKeys } from '../pipeline/pipeline-config.ts'
import { narrowedSpace } from './ranges.ts'
import { rangesOf } from './ranges-of.ts'

/** Keys that the simulator has of its own, or cannot have. */
const COMMANDS = ['metrics', 'instances', 'atOnce'] as const
const OWN = Object.keys({ ...commandKeys, ...pipelineKeys })

/** What is wrong with a file whose objective is the simulator. */
export function* simulatorIssues(config: StudyConfig): Generator<Issue> {
  for (const key of COMMANDS)
    if (config[key] !== undefined) yield { path: [key], message: 'the simulator has its own; leave it out' }
  for (const key of OWN)
    if (Object.hasOwn(config.objective, key))
      yield {
        path: ['objective', key],
        message: `it belongs to a ${Object.hasOwn(commandKeys, key) ? 'command' : 'pipeline'}; leave it out`,
      }
  for (const key of ['fixed', 'constraints'] as const)
    if (Object.keys(config[key]).length > 0)
      yield { path: [key], message: 'the simulator has none; leave it out' }
  for (const [name, { type, choices, log, step, low, high }] of Object.entries(config.space ?? {})) {
    const extra = Object.entries({ type, choices, log, step }).find(([, value]) => value !== undefined)
    if (extra !== undefined)
      yield {
        path: ['space', name, extra[0]],
        message: 'the simulator knows it; only low and high can be narrower',
      }
    else if (low === undefined || high === undefined)
      yield { path: ['space', name], message: 'it must have low and high' }
  }
  yield* heldTo(['current'], () => config.current && parseParameters(config.current))
  yield* heldTo([config.ranges === undefined ? 'space' : 'ranges'], () => narrowedSpace(rangesOf(config)))
}

/** Lets a check that throws TuneErrors, whose `name` is the key at fault, speak for a mapping. */
function* heldTo(path: readonly string[], check: () => unknown): Generator<Issue> {
  try {
    check()
  } catch (error) {
    if (!isTuneError(error)) throw error
    const name = String(error.details['name'])
    yield { path: [...path, name], message: error.message.replace(`${name}: `, '') }
  }
}
