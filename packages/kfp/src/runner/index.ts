export { kfpRunner } from './kfp-runner.ts'
export type { KfpRunnerOptions } from './runner-parts.ts'
