import { inspect } from 'node:util'
import { TuneError } from '../errors/tune-error.ts'
import { assertOption } from './check-options.ts'
import { type CheckSteps, isCheck, resolveCheckSteps } from './check-steps.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** Settings of `threshold`; at least one bound is needed. The defaults are those of Optuna 5. */
export interface ThresholdOptions extends CheckSteps {
  /** A smaller value is pruned. In a study with several directions one bound for each. Default: -Infinity. */
  readonly lower?: number | readonly number[]
  /** A larger value is pruned. In a study with several directions one bound for each. Default: Infinity. */
  readonly upper?: number | readonly number[]
}

/**
 * Ends a trial whose last report lies outside of bounds or is not a number: a run that diverged. It compares with no
 * other trial. Semantics as in Optuna 5; with several directions each objective has bounds of its own.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function threshold(options: ThresholdOptions): Pruner {
  const name = 'threshold'
  const lower = listOf(options.lower)
  const upper = listOf(options.upper)
  assertOption(name, 'lower', options.lower, lower !== undefined || upper !== undefined, 'given, or upper')
  for (const [key, bounds] of Object.entries({ lower, upper })) {
    const isRight = bounds?.every((bound) => typeof bound === 'number' && !Number.isNaN(bound)) ?? true
    assertOption(name, key, options[key as 'lower' | 'upper'], isRight, 'a number, or one for each direction')
  }
  const isOrdered = lower?.every((bound, i) => !(bound > (upper?.[i] ?? Infinity))) ?? true
  assertOption(name, 'lower', options.lower, isOrdered, `at most upper, ${inspect(options.upper)}`)
  const steps = resolveCheckSteps(name, options)
  return {
    name,
    options: { ...(lower && { lower }), ...(upper && { upper }), ...steps },
    prune: (request) => (isCheck(request.reports.steps, steps) ? compare(request, lower, upper) : KEEP),
  }
}

function listOf(bounds: number | readonly number[] | undefined): readonly number[] | undefined {
  return typeof bounds === 'number' ? [bounds] : bounds
}

function compare(
  { reports, directions }: PruneRequest,
  lower: readonly number[] | undefined,
  upper: readonly number[] | undefined,
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

function assertLength(name: string, bounds: readonly number[] | undefined, directions: number): void {
  if (bounds === undefined || bounds.length === directions) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `threshold: ${name} must have one bound for each of ${directions} directions, but has ${bounds.length}`,
    { [name]: bounds, directions },
  )
}
