import {
  type Connection,
  inClusterConnection,
  KfpClient,
  type KfpRunnerOptions,
  kubeconfigConnection,
  metadataConnection,
  outputSource,
  tokenFile,
  urlConnection,
} from '@tune/kfp'
import type { KfpConfig } from './kfp-config.ts'

/** A server of Kubeflow Pipelines that can be used: it knows us, and the outputs of runs can be read. */
export interface OpenedKfp {
  readonly client: KfpClient
  /** Its version, where it says one. */
  readonly version: string | undefined
  /** What every runner of this server needs. */
  readonly runnerOptions: Omit<KfpRunnerOptions, 'run' | 'metrics'>
}

/**
 * Opens the server that a file names.
 *
 * @throws TuneError as {@link KfpClient} does; KFP_OUTPUTS outputs of runs cannot be read
 */
export async function openKfp(kfp: KfpConfig): Promise<OpenedKfp> {
  const connection = await connectionOf(kfp)
  const client = new KfpClient(connection)
  const { version } = await client.server()
  const metadata =
    kfp.metadata === undefined
      ? (connection.metadata ?? [])
      : [metadataConnection(kfp.metadata, ...connection.credentials)]
  const outputs = await outputSource(client, metadata)
  const { experiment_id } = await client.experiments.findOrCreate({
    display_name: kfp.experiment,
    ...(kfp.namespace !== undefined && { namespace: kfp.namespace }),
  })
  return {
    client,
    version,
    runnerOptions: {
      client,
      experimentId: experiment_id,
      outputs,
      intervalMs: 1000 * kfp.intervalSeconds,
      stuckAfterMs: 60_000 * kfp.stuckAfterMinutes,
      ...(kfp.serviceAccount !== undefined && { serviceAccount: kfp.serviceAccount }),
    },
  }
}

async function connectionOf({ endpoint, tokenFile: path }: KfpConfig): Promise<Connection> {
  const credentials = path === undefined ? [] : [tokenFile(path)]
  if (endpoint === 'in-cluster') return inClusterConnection(path === undefined ? {} : { credentials })
  if (endpoint === 'kubeconfig') return kubeconfigConnection({ credentials })
  return urlConnection(endpoint, ...credentials)
}
