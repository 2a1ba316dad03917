import type { Clock, RunRequest } from '@tune/core'
import type { NewRun, PipelineSource, PipelineVersionReference } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import type { ServerInfo } from '../client/server-info.ts'
import type { FileStore, MetricSource, OutputSource } from '../outputs/index.ts'
import type { Retention } from './finished-runs.ts'

/** What a run executes, and with which values. */
export type PipelineRun = Pick<NewRun, 'runtime_config'> &
  (
    | { readonly pipeline_spec: PipelineSource }
    | { readonly pipeline_version_reference: PipelineVersionReference }
  )

export interface KfpRunnerOptions {
  readonly client: KfpClient
  /** Where the runs go. */
  readonly experimentId: string
  /**
   * What evaluates parameters on instances: the same for the same request. Whatever it gives is a part of the name of
   * the run, so that only what is the same in all of it is found again.
   *
   * @throws TuneError what keeps every run from starting, such as a server that is too old
   */
  readonly run: (request: RunRequest, server: ServerInfo) => PipelineRun
  /** Where the metrics of a run are: all of the whole, or all of instances. */
  readonly metrics: Readonly<Record<string, MetricSource>>
  /** Where outputs of tasks can be read: see `outputSource`. Needed where a metric is one. */
  readonly outputs?: OutputSource
  /** Where result files can be read: see `objectStores`. Needed where a metric is in one. */
  readonly files?: FileStore
  /** As whom the tasks run. Default: whom the server takes. */
  readonly serviceAccount?: string
  /** Where people see a run. It is kept with the trial. Default: nowhere. */
  readonly linkTo?: (runId: string) => string
  /** What becomes of runs of watched studies that ended: see `endLeftovers`. Default: they stay. */
  readonly finished?: Retention
  /** How often the server is asked, in milliseconds. Default 5000. */
  readonly intervalMs?: number
  /**
   * After how many milliseconds in which nothing happens a run counts as stuck, and is ended. One that waits for room in
   * the cluster is not stuck. Default: an hour.
   */
  readonly stuckAfterMs?: number
  /**
   * How long the server, and what keeps its outputs, may be out of reach before trials fail, in milliseconds. Default: an
   * hour.
   */
  readonly patienceMs?: number
  /** Where time comes from. Default: the system's clock. */
  readonly clock?: Clock
}
