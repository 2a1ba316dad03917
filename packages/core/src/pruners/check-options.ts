import { inspect } from 'node:util'
import { TuneError } from '../errors/tune-error.ts'

/** @throws TuneError INVALID_ARGUMENT unless the option is a whole number of at least `least`. */
export function assertWhole(pruner: string, name: string, value: unknown, least: number): void {
  assertOption(
    pruner,
    name,
    value,
    Number.isSafeInteger(value) && (value as number) >= least,
    `a whole number of at least ${least}`,
  )
}

/** @throws TuneError INVALID_ARGUMENT unless the option is a number from `low` to `high`. */
export function assertBetween(pruner: string, name: string, value: unknown, low: number, high: number): void {
  assertOption(
    pruner,
    name,
    value,
    typeof value === 'number' && value >= low && value <= high,
    `a number from ${low} to ${high}`,
  )
}

/** @throws TuneError INVALID_ARGUMENT: the option is wrong, and what would be right. */
export function assertOption(
  pruner: string,
  name: string,
  value: unknown,
  isRight: boolean,
  right: string,
): void {
  if (isRight) return
  throw new TuneError('INVALID_ARGUMENT', `${pruner}: ${name} must be ${right}, but is ${inspect(value)}`, {
    [name]: value,
  })
}
