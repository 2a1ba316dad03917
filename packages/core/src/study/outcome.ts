import { describeThrown, describeValue } from '../errors/describe.ts'
import { isTuneError, TuneError } from '../errors/tune-error.ts'
import type { FinishedState } from '../trial/index.ts'
import type { Direction } from './direction.ts'

/** What an evaluation came to: a value, one for each direction, or why there is none. */
export type Told =
  | number
  | readonly number[]
  | {
      readonly state: 'pruned' | 'failed'
      readonly reason?: string
      /** The values of a pruned trial, one for each direction. Default: its last report, where there is one direction. */
      readonly values?: readonly number[]
    }

/** What an evaluation came to, checked. */
export interface Outcome {
  readonly state: FinishedState
  readonly values: readonly number[] | null
  /** Why it failed or was pruned, for people. */
  readonly reason?: string
}

/**
 * What somebody told, as it is now: it may be changed afterwards. It may be anything, since code of others tells it.
 *
 * @param lastIntermediate the value that a pruned trial keeps in a study with one direction.
 * @throws TuneError INVALID_VALUE: NaN, something that is no number, not one value for each direction, or a state that
 * is neither pruned nor failed.
 */
export function outcomeOf(
  told: Told,
  directions: readonly Direction[],
  lastIntermediate: number | undefined,
): Outcome {
  try {
    return read(told, directions, lastIntermediate)
  } catch (error) {
    if (isTuneError(error)) throw error
    throw new TuneError('INVALID_VALUE', `objective: what it gave cannot be read`, {}, error)
  }
}

function read(told: Told, directions: readonly Direction[], lastIntermediate: number | undefined): Outcome {
  if (typeof told === 'object' && told !== null && 'state' in told) {
    const { state, reason } = told
    if (state !== 'pruned' && state !== 'failed')
      throw invalid(`a state must be 'pruned' or 'failed', but it gave ${describeValue(state)}`)
    const last = directions.length === 1 && lastIntermediate !== undefined ? [lastIntermediate] : null
    const kept = state === 'pruned' ? (told.values ?? last) : null
    const values = kept?.length === directions.length && !kept.some(Number.isNaN) ? [...kept] : null
    return reason === undefined ? { state, values } : { state, values, reason: describeThrown(reason) }
  }
  const values: unknown = typeof told === 'number' ? [told] : told
  if (!Array.isArray(values) || values.length !== directions.length) {
    const wanted = directions.length === 1 ? 'a number' : `${directions.length} numbers`
    throw invalid(`it must give ${wanted}, but gave ${describeValue(told)}`)
  }
  const copy: number[] = Array.from(values as unknown[], (value) => {
    if (typeof value === 'number' && !Number.isNaN(value)) return value
    throw invalid(`each value must be a number other than NaN, but one is ${describeValue(value)}`)
  })
  return { state: 'complete', values: copy }
}

function invalid(message: string): TuneError {
  return new TuneError('INVALID_VALUE', `objective: ${message}`)
}
