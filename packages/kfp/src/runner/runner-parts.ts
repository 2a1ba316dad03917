import type { Clock } from '@tune/core'
import type { KfpClient } from '../client/kfp-client.ts'
import type { DaySource } from '../outputs/index.ts'
import type { SimulationPipelineOptions } from '../simulation/index.ts'
import type { RunWatcher } from './run-watcher.ts'

export interface KfpRunnerOptions {
  readonly client: KfpClient
  /** Where the runs go. */
  readonly experimentId: string
  /** What a run does. Its days are what each trial is evaluated on. */
  readonly simulation: SimulationPipelineOptions
  /** Where the profits of days can be read: see `daySource`. */
  readonly days: DaySource
  /** As whom the tasks run. Default: whom the server takes. */
  readonly serviceAccount?: string
  /** How often the server is asked, in milliseconds. Default 5000. */
  readonly intervalMs?: number
  /** After how many milliseconds in which nothing happens a run counts as stuck, and is ended. Default: an hour. */
  readonly stuckAfterMs?: number
  /** How long the server may be out of reach before trials fail, in milliseconds. Default: an hour. */
  readonly patienceMs?: number
  readonly clock?: Clock
}

/** The options with their defaults, and what all trials share. */
export interface RunnerParts extends Required<Omit<KfpRunnerOptions, 'serviceAccount'>> {
  readonly serviceAccount?: string
  readonly watcher: RunWatcher
}
