import { assertWhole } from './check-options.ts'

/** At which steps a pruner looks at a trial. */
export interface CheckSteps {
  /** Nothing is pruned at a step below this one. Default: 0. */
  readonly warmupSteps?: number
  /**
   * How many steps lie between two checks, counted from `warmupSteps`. A check at whose step nothing is reported happens
   * at the next report. Default: 1.
   */
  readonly intervalSteps?: number
}

/** {@link CheckSteps} with their defaults in place. @throws TuneError INVALID_ARGUMENT */
export function resolveCheckSteps(pruner: string, options: CheckSteps): Required<CheckSteps> {
  const { warmupSteps = 0, intervalSteps = 1 } = options
  assertWhole(pruner, 'warmupSteps', warmupSteps, 0)
  assertWhole(pruner, 'intervalSteps', intervalSteps, 1)
  return { warmupSteps, intervalSteps }
}

/** Whether the last of these ascending steps is the first report at or after the step of a check. */
export function isCheck(
  steps: readonly number[],
  { warmupSteps, intervalSteps }: Required<CheckSteps>,
): boolean {
  const step = steps.at(-1)
  if (step === undefined || step < warmupSteps) return false
  const check = warmupSteps + Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps
  return (steps.at(-2) ?? -1) < check
}
