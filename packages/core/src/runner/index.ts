export { endLeftovers } from './end-leftovers.ts'
export { type EvaluateOptions, evaluateWith } from './evaluate-with.ts'
export { type EvaluateFunction, type FunctionCall, functionRunner } from './function-runner.ts'
export type { RunEvent, Runner, RunReference, RunRequest } from './runner.ts'
