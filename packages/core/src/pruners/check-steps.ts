import type { z } from 'zod'
import { whole } from '../options/rules.ts'

/** The settings that say at which steps a pruner looks at a trial. */
export const checkSteps = {
  warmupSteps: whole(0).default(0).describe('Nothing is pruned at a step below this one.'),
  intervalSteps: whole(1)
    .default(1)
    .describe(
      'How many steps lie between two checks, counted from `warmupSteps`. A check at whose step nothing is reported happens at the next report.',
    ),
}

type CheckSteps = { readonly [Key in keyof typeof checkSteps]: z.output<(typeof checkSteps)[Key]> }

/** Whether the last of these ascending steps is the first report at or after the step of a check. */
export function isCheck(steps: readonly number[], { warmupSteps, intervalSteps }: CheckSteps): boolean {
  const step = steps.at(-1)
  if (step === undefined || step < warmupSteps) return false
  const check = warmupSteps + Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps
  return (steps.at(-2) ?? -1) < check
}
