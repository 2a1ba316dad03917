import { describeJson } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import type { CategoricalDistribution, JsonScalar } from './distribution.ts'

/** Whether two choices are the same; NaN equals itself. */
export function sameChoice(a: JsonScalar, b: JsonScalar): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

/**
 * A parameter that takes one of `choices`, without an order among them.
 *
 * @throws TuneError INVALID_DISTRIBUTION: no choice at all, or one that is not null, a boolean, a number or a
 * string.
 */
export function categorical<const Choice extends JsonScalar>(
  choices: readonly Choice[],
): CategoricalDistribution<Choice> {
  if (choices.length === 0) {
    throw new TuneError(
      'INVALID_DISTRIBUTION',
      'categorical: choices must hold at least one choice, but it is empty',
    )
  }
  for (const choice of choices) {
    if (choice !== null && !['boolean', 'number', 'string'].includes(typeof choice)) {
      throw new TuneError(
        'INVALID_DISTRIBUTION',
        `categorical: a choice must be null, a boolean, a number or a string, but one is ${describeJson(choice)}`,
        { choice },
      )
    }
  }
  return { kind: 'categorical', choices: [...choices] }
}
