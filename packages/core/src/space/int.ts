import { TuneError } from '../errors/tune-error.ts'
import type { IntDistribution } from './distribution.ts'

/** How an integer parameter is spread over its range. */
export interface IntOptions {
  /** Spread evenly over the logarithm. Default: false. Needs a step of 1. */
  readonly log?: boolean
  /** Distance between neighbouring values, counted from `low`. Default: 1. */
  readonly step?: number
}

function invalid(message: string, details: Record<string, unknown>): TuneError {
  return new TuneError('INVALID_DISTRIBUTION', message, details)
}

/**
 * An integer parameter from `low` to `high`, both included.
 *
 * When `step` does not divide the range, `high` is lowered to the last value on the grid, as in Optuna.
 *
 * @throws TuneError INVALID_DISTRIBUTION: a bound or step that is not a safe integer, `low > high`, a log range
 * that begins below 1, a step below 1, or `log` together with a step other than 1.
 */
export function int(low: number, high: number, options: IntOptions = {}): IntDistribution {
  const { log = false, step = 1 } = options
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    throw invalid(`int: low and high must be integers, but they are ${low} and ${high}`, { low, high })
  }
  if (low > high) {
    throw invalid(`int: low must be at most high, but low is ${low} and high is ${high}`, { low, high })
  }
  if (!Number.isSafeInteger(step) || step < 1) {
    throw invalid(`int: step must be a positive integer, but it is ${step}`, { step })
  }
  if (log && step !== 1) {
    throw invalid(`int: log needs a step of 1, but step is ${step}`, { log, step })
  }
  if (log && low < 1) {
    throw invalid(`int: a log range needs low >= 1, but low is ${low}`, { low, high, log })
  }
  return { kind: 'int', low, high: low + Math.floor((high - low) / step) * step, log, step }
}
