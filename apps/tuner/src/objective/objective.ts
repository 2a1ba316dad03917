import type {
  ConstraintRule,
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
import { simulatorIssues } from './simulator/simulator-issues.ts'
import { simulatorObjective } from './simulator/simulator-objective.ts'

export type Params = Readonly<Record<string, ParamValue>>

/** What a file can tune, as the rest of the program sees it: a command, or the simulator. */
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
  /** What decides the values, in words. */
  readonly identity: ObjectiveIdentity
  /** What decides the values of one instance, in words. */
  readonly memory: string
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

/** What is wrong with a file besides its shape. */
export function* issuesOf(config: StudyConfig): Generator<Issue> {
  const { command, simulator } = config.objective
  if (command === undefined && simulator === undefined)
    yield { path: ['objective'], message: 'it must have a command, or the simulator' }
  else if (command !== undefined && simulator !== undefined)
    yield { path: ['objective', 'simulator'], message: 'there is a command already; leave one of them out' }
  else yield* command === undefined ? simulatorIssues(config) : commandIssues(config)
}

/** What a file tunes. */
export function objectiveOf(config: StudyConfig): TunedObjective {
  return config.objective.command === undefined ? simulatorObjective(config) : commandObjective(config)
}
