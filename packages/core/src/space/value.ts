import { describeJson } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import { sameChoice } from './categorical.ts'
import { describeDistribution } from './describe.ts'
import { type Distribution, isSingle, type ParamValue } from './distribution.ts'

/** How far off its grid a value may lie, in steps: Optuna's tolerance for values that were read as text. */
const GRID_TOLERANCE = 1e-8

/** Whether the internal value lies in the distribution: in range and, where there is a step, on the grid. */
export function contains(distribution: Distribution, internal: number): boolean {
  if (distribution.kind === 'categorical') {
    return Number.isInteger(internal) && internal >= 0 && internal < distribution.choices.length
  }
  const { low, high, step } = distribution
  if (!(internal >= low && internal <= high)) return false
  if (distribution.kind === 'int' && !Number.isInteger(internal)) return false
  if (step === null) return true
  const steps = (internal - low) / step
  return Math.abs(steps - Math.round(steps)) < GRID_TOLERANCE
}

/** The value that an objective sees for an internal value. */
export function toExternal(distribution: Distribution, internal: number): ParamValue {
  if (distribution.kind !== 'categorical') return internal
  const choice = distribution.choices[internal]
  if (choice === undefined) throw outside('choice index', distribution, internal)
  return choice
}

/**
 * The internal value of a value that a person or program wrote.
 *
 * @throws TuneError INVALID_PARAMS: the value is of the wrong type, out of range, off the grid, or no choice.
 */
export function toInternal(distribution: Distribution, value: ParamValue, name = 'parameter'): number {
  if (distribution.kind === 'categorical') {
    const index = distribution.choices.findIndex((choice) => sameChoice(choice, value))
    if (index < 0) throw outside(name, distribution, value)
    return index
  }
  if (typeof value !== 'number' || !contains(distribution, value)) throw outside(name, distribution, value)
  return value
}

/** The one internal value of a distribution that holds only one. */
export function singleValue(distribution: Distribution): number | undefined {
  if (!isSingle(distribution)) return undefined
  return distribution.kind === 'categorical' ? 0 : distribution.low
}

/** The value of the distribution nearest to `x`: clipped to the range and rounded to the grid. */
export function nearestValue(distribution: Distribution, x: number): number {
  if (distribution.kind === 'categorical') {
    return Math.min(Math.max(Math.round(x), 0), distribution.choices.length - 1)
  }
  const { low, high, step } = distribution
  if (step === null) return Math.min(Math.max(x, low), high)
  const onGrid = low + Math.round((x - low) / step) * step
  return Math.min(Math.max(onGrid, low), high)
}

function outside(name: string, distribution: Distribution, value: unknown): TuneError {
  const shown = describeJson(value)
  return new TuneError(
    'INVALID_PARAMS',
    `${name}: ${shown} is not in ${describeDistribution(distribution)}`,
    {
      name,
      value,
      distribution,
    },
  )
}
