import type { ReportedTrial } from '../history/reported-trial.ts'
import type { Direction } from '../study/direction.ts'
import type { Reports } from '../trial/reports.ts'

/** All that a decision may depend on. Plain data. */
export interface PruneRequest {
  /** The study's seed. */
  readonly seed: number
  /** The study's name. */
  readonly study: string
  /** The number of the trial in question. */
  readonly number: number
  readonly directions: readonly Direction[]
  /** What the trial has reported so far. */
  readonly reports: Reports
  /** Complete, pruned and failed trials, in any order: a decision depends on them as a set. */
  readonly finished: readonly ReportedTrial[]
  /** Running trials other than this one, in any order, with what is known of their reports. */
  readonly running: readonly ReportedTrial[]
}

/** Whether a trial is to end here. */
export interface PruneDecision {
  readonly prune: boolean
  /** Why it is to end, in one line for people. */
  readonly reason?: string
}

/**
 * Decides from intermediate values that a trial is not worth finishing: a pure function from a request to a decision.
 *
 * Laws: the same request gives the same decision, whatever was asked before, and also after a structured clone; the
 * order of the other trials does not matter; a trial without a report is never pruned; no report, NaN and infinities
 * included, makes it throw. Chance, where a pruner wants it, comes from `randomSource(seed)`, addressed by the trial.
 * Nothing is written: asked twice about the same reports, it answers the same.
 *
 * In a study with several directions each report is a vector. There the pruners of this folder compare by domination:
 * no trial is pruned for its place among others while none of them dominates it.
 */
export interface Pruner {
  /** Which pruner, for configuration files and for people: `median`. */
  readonly name: string
  /** Its settings, complete with defaults. Plain data: `createPruner` makes the same pruner from them. */
  readonly options: Readonly<Record<string, unknown>>
  /** @throws TuneError INVALID_ARGUMENT: settings that do not fit the number of directions */
  prune(request: PruneRequest): PruneDecision
}

/** The decision to go on. */
export const KEEP: PruneDecision = { prune: false }

/** The decision to end the trial. */
export function pruneBecause(reason: string): PruneDecision {
  return { prune: true, reason }
}
