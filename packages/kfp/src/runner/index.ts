export type { Retention } from './finished-runs.ts'
export { kfpRunner } from './kfp-runner.ts'
export type { KfpRunnerOptions, PipelineRun } from './kfp-runner-options.ts'
export { runWord } from './run-name.ts'
