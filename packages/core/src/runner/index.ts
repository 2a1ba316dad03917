export { type EvaluateOptions, evaluateWith } from './evaluate-with.ts'
export type { RunEvent, Runner, RunnerTrial, RunReference } from './runner.ts'
