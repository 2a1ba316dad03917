import { TuneError } from '../errors/tune-error.ts'
import { highestOnGrid } from './decimal.ts'
import type { FloatDistribution } from './distribution.ts'

/** How a float parameter is spread over its range. */
export interface FloatOptions {
  /** Spread evenly over the logarithm. Default: false. Excludes `step`. */
  readonly log?: boolean
  /** Distance between neighbouring values, counted from `low`. Default: none, a continuous range. */
  readonly step?: number | null
}

function invalid(message: string, details: Record<string, unknown>): TuneError {
  return new TuneError('INVALID_DISTRIBUTION', message, details)
}

/**
 * A float parameter from `low` to `high`, both included.
 *
 * When `step` does not divide the range, `high` is lowered to the last value on the grid, as in Optuna.
 *
 * @throws TuneError INVALID_DISTRIBUTION: a bound that is not finite, `low > high`, a log range that is not
 * positive, a step that is not positive, or `log` together with `step`.
 */
export function float(low: number, high: number, options: FloatOptions = {}): FloatDistribution {
  const { log = false, step = null } = options
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw invalid(`float: low and high must be finite numbers, but they are ${low} and ${high}`, {
      low,
      high,
    })
  }
  if (low > high) {
    throw invalid(`float: low must be at most high, but low is ${low} and high is ${high}`, { low, high })
  }
  if (log && step !== null) {
    throw invalid(`float: log and step exclude each other, but step is ${step}; leave one out`, { log, step })
  }
  if (log && low <= 0) {
    throw invalid(`float: a log range needs low > 0, but low is ${low}`, { low, high, log })
  }
  if (step !== null && !(step > 0 && Number.isFinite(step))) {
    throw invalid(`float: step must be a positive number, but it is ${step}`, { step })
  }
  return { kind: 'float', low, high: step === null ? high : highestOnGrid(low, high, step), log, step }
}
