/**
 * The stable names of everything that can go wrong. Programs branch on these; messages are for people.
 */
export type TuneErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_DISTRIBUTION'
  | 'INCOMPATIBLE_DISTRIBUTION'
  | 'INVALID_PARAMS'
  | 'INVALID_VALUE'
  | 'INVALID_NAME'
  | 'STUDY_EXISTS'
  | 'STUDY_NOT_FOUND'
  | 'STUDY_MISMATCH'
  | 'STUDY_CLOSED'
  | 'TRIAL_NOT_FOUND'
  | 'TRIAL_NOT_RUNNING'
  | 'LEASE_LOST'
  | 'LEASE_HELD'
  | 'NO_COMPLETE_TRIAL'
  | 'TOO_MANY_FAILURES'
  | 'SAMPLER_FAILED'
  | 'SPACE_EXHAUSTED'
  | 'RUN_FAILED'
  | 'STORAGE_URL'
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_SCHEMA'
  | 'STORAGE_FULL'
  | 'STORAGE_READ_ONLY'
  | 'STORAGE_CORRUPT'
  | 'STORAGE_CONFLICT'
  | 'STORAGE_FAILED'
  | 'STORAGE_CLOSED'
  | 'KFP_CONNECTION'
  | 'KFP_NOT_FOUND'
  | 'KFP_UNAUTHENTICATED'
  | 'KFP_FORBIDDEN'
  | 'KFP_REFUSED'
  | 'KFP_CONFLICT'
  | 'KFP_UNAVAILABLE'
  | 'KFP_TIMEOUT'
  | 'KFP_FAILED'
  | 'KFP_UNSUPPORTED_VERSION'
  | 'KFP_OUTPUTS'
  | 'KFP_IMAGE'

/** The values at fault, by field name. Never a secret: URLs are redacted before they get here. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/**
 * The one error class of tune. `code` is stable, `details` holds the values at fault, `cause` the error below.
 *
 * The message is one line that names the field, the value and what would be right.
 */
export class TuneError extends Error {
  override readonly name = 'TuneError'
  readonly code: TuneErrorCode
  readonly details: ErrorDetails

  constructor(code: TuneErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

/** Whether `error` is a {@link TuneError}, and of one of the codes when any are given. */
export function isTuneError(error: unknown, ...codes: readonly TuneErrorCode[]): error is TuneError {
  return error instanceof TuneError && (codes.length === 0 || codes.includes(error.code))
}
