import type { KfpRunnerOptions } from './kfp-runner-options.ts'
import type { RunEnder } from './run-ender.ts'
import type { RunWatcher } from './run-watcher.ts'

type Optional = 'serviceAccount' | 'linkTo' | 'outputs' | 'files'

/** The options with their defaults, and what all trials share. */
export interface RunnerParts
  extends Required<Omit<KfpRunnerOptions, Optional | 'finished'>>,
    Pick<KfpRunnerOptions, Optional> {
  readonly watcher: RunWatcher
  readonly ender: RunEnder
}
