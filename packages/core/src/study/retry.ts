import type { NewTrial } from '../storage/study-storage.ts'
import type { Attributes, FrozenTrial, JsonValue } from '../trial/index.ts'

/** How often a trial that failed is tried again, by the cause of its last failure. */
export interface RetryPolicy {
  /** Where the process that ran it died. Default: 0. */
  readonly lost?: number
  /** Where the objective threw, or its runner failed. Default: 0. */
  readonly failed?: number
}

/** The number of the first trial of a chain of retries, and the numbers of all that failed: Optuna's attributes. */
const FIRST = 'failed_trial'
const HISTORY = 'retry_history'
/** The system attribute that says why a trial failed. */
export const FAILURE = 'tune:failure'
/** How much of a reason is kept, in characters: a database may keep no more than 64 kB of escaped text. */
const LONGEST_REASON = 10_000

/** A reason as it is kept: what a program printed before it failed may be long. */
export function keptReason(reason: string): string {
  const text = reason.toWellFormed()
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON).toWellFormed()}…`
}

/**
 * The trial that tries a failed one again: waiting, with its parameters and attributes but no reports, and its history as
 * Optuna's `RetryHeartbeatStaleTrialCallback` records it. `undefined` where it was tried again `limit` times already.
 */
export function retryOf(failed: FrozenTrial, limit: number): NewTrial | undefined {
  const inherited = withoutOurs(failed.systemAttributes)
  const history: JsonValue[] = [...earlier(inherited[HISTORY]), failed.number]
  if (history.length > limit) return undefined
  return {
    state: 'waiting',
    params: failed.params,
    userAttributes: failed.userAttributes,
    systemAttributes: { [FIRST]: failed.number, ...inherited, [HISTORY]: history },
  }
}

/** What is said of one evaluation alone: why it failed, what it reported, where it ran. */
const OURS = 'tune:'

function withoutOurs(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith(OURS)))
}

function earlier(history: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(history) ? history : []
}
