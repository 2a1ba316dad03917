import type {
  ConstraintRule,
  JsonValue,
  MetricRule,
  ObjectiveIdentity,
  ParamValue,
  Runner,
  SearchSpace,
  Trial,
} from '@tune/core'
import type { Issue } from '../config/issue.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { commandIssues } from './command/command-issues.ts'
import { commandObjective } from './command/command-objective.ts'
import { pipelineIssues } from './pipeline/pipeline-issues.ts'
import { simulatorIssues } from './simulator/simulator-issues.ts'
import { simulatorObjective } from './simulator/simulator-objective.ts'

export type Params = Readonly<Record<string, ParamValue>>

/** What a file can tune, as the rest of the program sees it: a command, a pipeline, or the simulator. */
export interface TunedObjective {
  /** What is evaluated, on one line for people. */
  readonly description: string
  readonly metrics: Readonly<Record<string, MetricRule>>
  readonly constraints: Readonly<Record<string, ConstraintRule>>
  /** The parameters, all at once; `undefined` where {@link params} suggests them one by one. */
  readonly space: SearchSpace | undefined
  /** The parameters in use now. */
  readonly current: Params | undefined
  readonly instances: readonly string[] | undefined
  readonly atOnce: number
  readonly retries: number
  /** Whether a server evaluates trials: it is reached before there is a study. */
  readonly isRemote: boolean
  /** What decides the values, in words. */
  readonly identity: ObjectiveIdentity
  /** What decides the values of one instance, in words; `undefined` where chance does too. */
  readonly memory: string | undefined
  /** All parameters of a trial, those among them that are not tuned. */
  readonly params: (trial: Trial) => Promise<Params>
  /** Looks whether what the file names is there. @throws ConfigError */
  check(): void
  /**
   * Opens what evaluates trials.
   * @param folder where runs keep their files. Default: as the file says.
   */
  open(folder?: string): Promise<Runner>
}

const KINDS = ['command', 'pipeline', 'simulator'] as const

/** What is wrong with a file besides its shape. */
export function* issuesOf(config: StudyConfig): Generator<Issue> {
  const [kind, ...others] = KINDS.filter((each) => config.objective[each] !== undefined)
  if (kind === undefined)
    yield { path: ['objective'], message: 'it must have a command, a pipeline, or the simulator' }
  else if (others.length > 0)
    yield {
      path: ['objective', others[0] as string],
      message: `there is a ${kind} already; leave one of them out`,
    }
  else if (kind === 'simulator') yield* simulatorIssues(config)
  else yield* kind === 'command' ? commandIssues(config) : pipelineIssues(config)
}

/**
 * What a file tunes.
 *
 * @param stored what the study measures, where there is one: it keeps its version of a pipeline.
 * @throws ConfigError: what the file names is not there; TuneError: a server that it names cannot be used
 */
export async function objectiveOf(config: StudyConfig, stored: JsonValue = null): Promise<TunedObjective> {
  const { command, simulator } = config.objective
  if (command !== undefined) return commandObjective(config)
  if (simulator !== undefined) return simulatorObjective(config)
  // Loaded only here, since the client is large.
  const { pipelineObjective } = await import('./pipeline/pipeline-objective.ts')
  return pipelineObjective(config, stored)
}
