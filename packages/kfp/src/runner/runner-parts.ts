import type { KfpRunnerOptions } from './kfp-runner-options.ts'
import type { RunEnder } from './run-ender.ts'
import type { RunWatcher } from './run-watcher.ts'

/** The options with their defaults, and what all trials share. */
export interface RunnerParts
  extends Required<Omit<KfpRunnerOptions, 'serviceAccount' | 'linkTo' | 'finished'>>,
    Pick<KfpRunnerOptions, 'serviceAccount' | 'linkTo'> {
  readonly watcher: RunWatcher
  readonly ender: RunEnder
}
