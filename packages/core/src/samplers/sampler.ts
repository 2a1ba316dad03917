import type { HistorySnapshot } from '../history/history-snapshot.ts'
import type { SearchSpace } from '../space/index.ts'
import type { Direction } from '../study/direction.ts'

/** A trial that still runs: its value is unknown, its parameters are taken. */
export interface PendingTrial {
  readonly number: number
  /** Internal values by parameter name, as far as they are known. */
  readonly params: Readonly<Record<string, number>>
}

/** What is known of a study when a sampler is asked. Plain data: it crosses threads by structured clone, the history shared. */
interface Known {
  /** The study's seed. */
  readonly seed: number
  readonly directions: readonly Direction[]
  /** Complete and pruned trials, in any order: a decision depends on them as a set. */
  readonly history: HistorySnapshot
  /** Running trials other than the one that is asked for, by number. */
  readonly pending: readonly PendingTrial[]
  /** Internal values that the trial has already, by name: those asked for beforehand, or chosen before. Default: none. */
  readonly chosen?: Readonly<Record<string, number>>
}

/** All that a decision may depend on. */
export interface SuggestRequest extends Known {
  /** The number of the trial that the parameters are for. */
  readonly number: number
  /** The parameters to choose, together. At least one; none that has only a single value. */
  readonly space: SearchSpace
}

/** All that the number of choices left may depend on. */
export interface RemainingRequest extends Known {
  /** The study's parameters; `undefined` where its objective names them as it goes. */
  readonly space: SearchSpace | undefined
}

/** The choice: one internal value for each parameter of the requested space. */
export interface Decision {
  readonly params: Readonly<Record<string, number>>
}

/**
 * Chooses parameters: a pure function from a request to a decision.
 *
 * Laws: each value lies in its distribution; the same request gives the same decision, in this thread or in any
 * worker, whatever was asked before. All chance comes from `randomSource(seed)`, addressed by trial and
 * parameter. What a sampler keeps between calls is a cache that can be dropped without changing a decision.
 */
export interface Sampler {
  /** Which sampler, for worker threads and for people: `tpe`. */
  readonly name: string
  /** Its settings, complete with defaults. Plain data: a worker thread makes its own instance from them. */
  readonly options: Readonly<Record<string, unknown>>
  /**
   * Whether a suggestion is worth a worker thread. A cheap sampler is asked on the calling thread, which takes
   * less time than handing the request over.
   */
  readonly threaded: boolean
  /**
   * The URL of a module whose default export makes this sampler from its options: how a worker thread gets a sampler that
   * is not built in. Default: it is built in.
   */
  readonly module?: string
  /** @throws TuneError SAMPLER_FAILED */
  suggest(request: SuggestRequest): Decision
  /**
   * How many choices are left that no finished and no running trial has made, as far as is known; `Infinity` where
   * there is no end. Asked on the calling thread before a trial is created, so that a study can end with the last
   * choice. A failed trial's choice is left again. Only samplers that never choose twice have it.
   */
  remaining?(request: RemainingRequest): number
}
