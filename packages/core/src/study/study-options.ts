import type { Clock } from '../clock/clock.ts'
import type { Duration } from '../clock/duration.ts'
import type { Pruner } from '../pruners/pruner.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { SearchSpace } from '../space/index.ts'
import type { StudyStorage } from '../storage/study-storage.ts'
import type { JsonValue } from '../trial/index.ts'
import type { Direction } from './direction.ts'
import type { Notify } from './notice.ts'
import type { RetryPolicy } from './retry.ts'
import type { Secret } from './secret.ts'

/** What an objective is, in words. */
export type ObjectiveIdentity = { readonly [key: string]: JsonValue | Secret | ObjectiveIdentity | undefined }

/** How a study is worked on in this process. */
export interface StudyOptions<S extends SearchSpace = SearchSpace> {
  /** Where the study is kept. Default: in memory, gone with the process. */
  readonly storage?: StudyStorage
  /**
   * The parameters, all at once and typed. A study goes on with the same space, or with wider ranges and further choices.
   * Default: none; the objective suggests them one by one.
   */
  readonly space?: S
  /** Chooses the parameters. Default: TPE with Optuna's settings. */
  readonly sampler?: Sampler
  /** Says of running trials whether they are worth finishing. Default: `median` with Optuna's settings. */
  readonly pruner?: Pruner
  /**
   * How many worker threads the sampler has; 0 keeps it on the calling thread. Decisions do not depend on it.
   * Default: 1.
   */
  readonly workers?: number
  /**
   * Where all chance comes from: an integer from 0 to 2^53 - 1. Default: what the storage remembers of the study,
   * else a fresh one. Either way the storage remembers it.
   */
  readonly seed?: number
  /** How long a running trial outlives the process that runs it: milliseconds, or text as `'15 s'`. Default: 15 s. */
  readonly lease?: Duration
  /**
   * How old the heartbeat of a trial that Optuna runs may be before it counts as dead; Optuna does not write its own
   * grace period down. Choose at least that one. Default: 10 minutes.
   */
  readonly heartbeatGrace?: Duration
  /**
   * What decides the values, in words: plain JSON, such as the command, its fixed arguments and the data, but not the
   * space, the budget or the parallelism. The storage remembers it, and refuses another one: values of different
   * objectives cannot be compared. A {@link Secret} in it is kept as a keyed hash. Default: not known.
   */
  readonly objective?: ObjectiveIdentity
  /** Hears what is no error and no result. Default: a warning of the process. */
  readonly onNotice?: Notify
  /** How often trials that failed are tried again, with the same parameters. Default: never. */
  readonly retry?: RetryPolicy
  /** Where time comes from. Default: the system's clock. */
  readonly clock?: Clock
}

/** What a new study needs. */
export interface CreateStudyOptions<S extends SearchSpace = SearchSpace> extends StudyOptions<S> {
  /** A name that is unique in its storage. Default: `study-` and a random identifier. */
  readonly name?: string
  /**
   * The values by name, and whether smaller or larger ones are better: `{ auc: 'maximize' }`. Instead of `direction`,
   * where values are to have names.
   */
  readonly metrics?: Readonly<Record<string, Direction>>
  /** Whether smaller or larger values are better; several for several objectives. Default: `minimize`. */
  readonly direction?: Direction | readonly Direction[]
  /** Open the study instead of failing where one of that name exists. Default: false. */
  readonly loadIfExists?: boolean
}
