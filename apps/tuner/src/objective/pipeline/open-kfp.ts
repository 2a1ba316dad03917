import { milliseconds } from '@tune/core'
import {
  KfpClient,
  type KfpRunnerOptions,
  metadataConnection,
  type OutputSource,
  outputSource,
  type Retention,
} from '@tune/kfp'
import { connectionOf } from './connection.ts'
import type { KfpConfig } from './kfp-config.ts'

/** A server of Kubeflow Pipelines that knows us. */
export interface OpenedKfp {
  readonly client: KfpClient
  /** Its version, where it says one. */
  readonly version: string | undefined
  /** Where outputs of tasks can be read. @throws TuneError KFP_OUTPUTS nowhere */
  readonly outputs: () => Promise<OutputSource>
  /** What every runner of this server needs. Its experiment is made where it is not there. */
  readonly runnerOptions: () => Promise<Omit<KfpRunnerOptions, 'run' | 'metrics'>>
}

/**
 * Opens the server that a file names.
 *
 * @throws TuneError as {@link KfpClient} does
 */
export async function openKfp(kfp: KfpConfig): Promise<OpenedKfp> {
  const connection = await connectionOf(kfp)
  const client = new KfpClient(connection)
  const { version } = await client.server()
  const { ui, serviceAccount, finished } = kfp
  return {
    client,
    version,
    outputs: () => {
      const metadata =
        kfp.metadata === undefined
          ? (connection.metadata ?? [])
          : [metadataConnection(kfp.metadata, ...connection.credentials)]
      return outputSource(client, metadata)
    },
    runnerOptions: async () => {
      const { experiment_id } = await client.experiments.findOrCreate({
        display_name: kfp.experiment,
        ...(kfp.namespace !== undefined && { namespace: kfp.namespace }),
      })
      return {
        client,
        experimentId: experiment_id,
        intervalMs: 1000 * kfp.intervalSeconds,
        stuckAfterMs: 60_000 * kfp.stuckAfterMinutes,
        ...(serviceAccount !== undefined && { serviceAccount }),
        ...(ui !== undefined && { linkTo: (run) => linkTo(ui, run) }),
        ...(finished !== undefined && { finished: retentionOf(finished) }),
      }
    },
  }
}

/** Where the user interface shows a run. */
export function linkTo(ui: string, run: string): string {
  return `${ui.replace(/[/#]+$/, '')}/#/runs/details/${run}`
}

function retentionOf(finished: NonNullable<KfpConfig['finished']>): Retention {
  return 'archive' in finished
    ? { action: 'archive', afterMs: milliseconds(finished.archive, 'kfp.finished.archive') }
    : { action: 'delete', afterMs: milliseconds(finished.delete, 'kfp.finished.delete') }
}
