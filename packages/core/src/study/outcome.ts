import { TuneError } from '../errors/tune-error.ts'
import type { FinishedState } from '../trial/index.ts'
import type { Direction } from './direction.ts'

/** What an evaluation came to: a value, one for each direction, or why there is none. */
export type Told =
  | number
  | readonly number[]
  | { readonly state: 'pruned' | 'failed'; readonly reason?: string }

/** What an evaluation came to, checked. */
export interface Outcome {
  readonly state: FinishedState
  readonly values: readonly number[] | null
  /** Why it failed or was pruned, for people. */
  readonly reason?: string
}

/**
 * @param lastIntermediate the value that a pruned trial keeps in a study with one direction.
 * @throws TuneError INVALID_VALUE: NaN, something that is no number, or not one value for each direction.
 */
export function outcomeOf(
  told: Told,
  directions: readonly Direction[],
  lastIntermediate: number | undefined,
): Outcome {
  if (typeof told === 'object' && told !== null && 'state' in told) {
    const { state, reason } = told
    const keeps = state === 'pruned' && directions.length === 1 && lastIntermediate !== undefined
    const values = keeps && !Number.isNaN(lastIntermediate) ? [lastIntermediate] : null
    return reason === undefined ? { state, values } : { state, values, reason }
  }
  const values = typeof told === 'number' ? [told] : told
  if (!Array.isArray(values) || values.length !== directions.length) {
    throw new TuneError(
      'INVALID_VALUE',
      `objective: it must give ${directions.length === 1 ? 'a number' : `${directions.length} numbers`}, but gave ${JSON.stringify(told)}`,
      { told, directions: directions.length },
    )
  }
  for (const value of values) {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new TuneError(
        'INVALID_VALUE',
        `objective: each value must be a number other than NaN, but one is ${value}`,
        {
          told,
        },
      )
    }
  }
  return { state: 'complete', values }
}
