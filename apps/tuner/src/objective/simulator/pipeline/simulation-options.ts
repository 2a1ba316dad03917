import type { Container, KubernetesOptions, RetryOptions } from '@tune/kfp'

/** What the command line of a simulation is made of. */
export interface SimulatePlaceholders {
  /** The day to simulate. */
  readonly day: string
  /** The parameters of the trial, a JSON object. */
  readonly params: string
  /** Who asks: the `trial` that the run was given. */
  readonly trial: string
  /** The file to write the day's profit to, a number. */
  readonly profitFile: string
}

/** What the command line that adds up the days is made of. */
export interface CollectPlaceholders {
  /** The profits of all days in their order, a JSON list. */
  readonly profits: string
  readonly trial: string
  /** The file to write the profit of all days to, a number. */
  readonly profitFile: string
}

/** What the command line that is run in any case is made of. */
export interface ExitPlaceholders {
  /** How it ended, a JSON object: a {@link TaskFinalStatus}. Servers before 2.17 may still say `RUNNING`. */
  readonly status: string
  readonly trial: string
  readonly runId: string
}

/** A container that is part of the simulation pipeline. */
export interface Step<P> {
  readonly container: (placeholders: P) => Container
  readonly kubernetes?: KubernetesOptions
  readonly retry?: RetryOptions
}

export interface SimulationPipelineOptions {
  /** Small letters, digits and hyphens. */
  readonly name: string
  readonly description?: string
  /** What the simulations are told to simulate, one each: `['2026-08-17', …]`. No two are equal. */
  readonly days: readonly string[]
  /**
   * `parallel-for`: a loop, whose days can be others, and more, in every run; servers from 2.14. `unrolled`: a task
   * for each day, on any server, with fewer pods. Default `parallel-for`.
   */
  readonly shape?: 'parallel-for' | 'unrolled'
  /** How many days a loop simulates at once. Default: all. */
  readonly parallelism?: number
  readonly simulate: Step<SimulatePlaceholders>
  readonly collect: Step<CollectPlaceholders>
  /** Runs when all else is over, however it went; servers from 2.14. */
  readonly onExit?: Step<ExitPlaceholders>
  /** How long a run may take, in seconds; then it fails. Servers from 2.17. */
  readonly deadlineSeconds?: number
  /** After how many seconds the cluster forgets the workflow of a finished run. Servers from 2.14. */
  readonly ttlSeconds?: number
}
