import type { Clock } from '@tune/core'
import type { KfpClient } from '../client/kfp-client.ts'
import type { DaySource } from '../outputs/index.ts'
import type { SimulationPipelineOptions } from '../simulation/index.ts'
import type { DayMemo } from './day-memo.ts'
import type { RunWatcher } from './run-watcher.ts'
import type { WeekReference } from './week-run.ts'

export interface KfpRunnerOptions {
  readonly client: KfpClient
  /** Where the runs go. */
  readonly experimentId: string
  /** What a run does. Its days are what each trial is evaluated on. */
  readonly simulation: SimulationPipelineOptions
  /** Where the profits of days can be read: see `daySource`. */
  readonly days: DaySource
  /** The value of a trial, from the profits of all days in their order. Default: their mean. */
  readonly value?: (profits: readonly number[]) => number
  /** As whom the tasks run. Default: whom the server takes. */
  readonly serviceAccount?: string
  /** How often the server is asked, in milliseconds. Default 5000. */
  readonly intervalMs?: number
  /** How often days that failed are simulated again, alone, in a run of their own. Default 1. */
  readonly dayRetries?: number
  /** After how many milliseconds in which nothing happens a run counts as stuck, and is ended. Default: an hour. */
  readonly stuckAfterMs?: number
  /** How long the server may be out of reach before trials fail, in milliseconds. Default: an hour. */
  readonly patienceMs?: number
  readonly clock?: Clock
}

/** The options with their defaults, and what all trials share. */
export interface RunnerParts extends Required<Omit<KfpRunnerOptions, 'serviceAccount'>> {
  readonly watcher: RunWatcher
  readonly memo: DayMemo
  /** Starts the run of this name for some days, or finds it. @returns its id */
  begin(name: string, days: readonly string[], reference: WeekReference, signal: AbortSignal): Promise<string>
}
