import { z } from 'zod'
import { describeValue } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import { readOptions } from '../options/read-options.ts'
import { checkSteps, isCheck } from './check-steps.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

const bounds = z
  .union([z.number(), z.array(z.number().nullable()).min(1).readonly()], {
    error: 'a number, or a list of one for each direction, null where there is none',
  })
  .optional()

/** The settings of `threshold`; at least one bound is needed. The defaults are those of Optuna 5. */
export const thresholdOptions = z
  .strictObject({
    lower: bounds.describe(
      'A smaller value is pruned. In a study with several directions a list of one bound for each. Default: none.',
    ),
    upper: bounds.describe(
      'A larger value is pruned. In a study with several directions a list of one bound for each. Default: none.',
    ),
    ...checkSteps,
  })
  .superRefine(({ lower, upper }, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', path: ['lower'], message })
    if (lower === undefined && upper === undefined) return wrong('given, or upper')
    const highs = listOf(upper) ?? []
    const isOrdered = (listOf(lower) ?? []).every((low, i) => !((low ?? -Infinity) > (highs[i] ?? Infinity)))
    if (!isOrdered) wrong(`at most upper, ${describeValue(upper)}`)
  })

/** Settings of `threshold`: see `thresholdOptions`. */
export type ThresholdOptions = Readonly<z.input<typeof thresholdOptions>>

type Bounds = readonly (number | null)[]

/**
 * Ends a trial whose last report lies outside of bounds or is not a number: a run that diverged. It compares with no
 * other trial. Semantics as in Optuna 5; with several directions each objective has bounds of its own.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function threshold(options: ThresholdOptions): Pruner {
  const settings = readOptions('threshold', thresholdOptions, options)
  const [lower, upper] = [listOf(settings.lower), listOf(settings.upper)]
  return {
    name: 'threshold',
    options: settings,
    prune: (request) => (isCheck(request.reports.steps, settings) ? compare(request, lower, upper) : KEEP),
  }
}

function listOf(bounds: number | Bounds | undefined): Bounds | undefined {
  return typeof bounds === 'number' ? [bounds] : bounds
}

function compare(
  { reports, directions }: PruneRequest,
  lower: Bounds | undefined,
  upper: Bounds | undefined,
): PruneDecision {
  assertLength('lower', lower, directions.length)
  assertLength('upper', upper, directions.length)
  const step = reports.steps.at(-1)
  for (const [i, column] of reports.values.entries()) {
    const value = column.at(-1) as number
    const [low, high] = [lower?.[i] ?? Number.NEGATIVE_INFINITY, upper?.[i] ?? Number.POSITIVE_INFINITY]
    if (Number.isNaN(value)) return pruneBecause(`its report at step ${step} is not a number`)
    if (value < low) return pruneBecause(`${value} at step ${step} is below ${low}`)
    if (value > high) return pruneBecause(`${value} at step ${step} is above ${high}`)
  }
  return KEEP
}

function assertLength(name: string, bounds: Bounds | undefined, directions: number): void {
  if (bounds === undefined || bounds.length === directions) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `threshold: ${name} must have one bound for each of ${directions} directions, but has ${bounds.length}`,
    { [name]: bounds, directions },
  )
}
