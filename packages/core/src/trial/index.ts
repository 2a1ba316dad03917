export type { AttributeKind, Attributes, JsonValue } from './attributes.ts'
export { constraintValues, violation } from './constraints.ts'
export { type FrozenTrial, paramValues, type TrialParam } from './frozen-trial.ts'
export { type FinishedState, isFinished, type TrialState } from './trial-state.ts'
