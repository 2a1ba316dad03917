import { isTuneError, type TuneError, type TuneErrorCode } from '@tune/core'
import pRetry from 'p-retry'

/** How often something that failed is tried again. */
export interface Patience {
  /** How many more attempts there are at most. Default 4. */
  readonly retries?: number
  /** About how long the first pause is, in milliseconds; each is about twice as long as the one before. Default 500. */
  readonly pauseMs?: number
  /** How long a pause is at most, in milliseconds. Default: no limit. */
  readonly longestPauseMs?: number
}

/** Whether to try again after an error that may pass. */
export type MayRepeat = (error: TuneError) => boolean

const PASSING: readonly TuneErrorCode[] = ['KFP_UNAVAILABLE', 'KFP_TIMEOUT', 'KFP_FAILED']

/** Does something again, after a pause, for as long as it fails in ways that pass. */
export function repeat<T>(
  attempt: () => Promise<T>,
  { retries = 4, pauseMs = 500, longestPauseMs = Number.POSITIVE_INFINITY }: Patience,
  signal?: AbortSignal,
  mayRepeat: MayRepeat = () => true,
): Promise<T> {
  return pRetry(attempt, {
    retries,
    minTimeout: pauseMs,
    maxTimeout: longestPauseMs,
    factor: 2,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => isTuneError(error, ...PASSING) && mayRepeat(error),
  })
}
