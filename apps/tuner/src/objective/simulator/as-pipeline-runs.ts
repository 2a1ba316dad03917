import type { Runner } from '@tune/core'
import {
  type Connection,
  daySource,
  inClusterConnection,
  KfpClient,
  kfpRunner,
  kubeconfigConnection,
  metadataStore,
  tokenFile,
  urlConnection,
} from '@tune/kfp'
import type { StudyConfig } from '../../config/study-config.ts'
import { pipelineOf } from './pipeline.ts'

/**
 * Evaluates trials as runs of Kubeflow Pipelines.
 *
 * @throws TuneError as {@link KfpClient} does where the server cannot be used
 */
export async function asPipelineRuns(config: StudyConfig): Promise<Runner> {
  const { kfp } = config
  const connection = await connectionOf(kfp)
  const client = new KfpClient(connection)
  const metadata = metadataStore(kfp.metadata === undefined ? connection : urlConnection(kfp.metadata))
  const days = await daySource(client, { metadata })
  const { experiment_id } = await client.experiments.findOrCreate({
    display_name: kfp.experiment,
    ...(kfp.namespace !== undefined && { namespace: kfp.namespace }),
  })
  return kfpRunner({
    client,
    experimentId: experiment_id,
    simulation: pipelineOf(config),
    days,
    intervalMs: 1000 * kfp.intervalSeconds,
    stuckAfterMs: 60_000 * kfp.stuckAfterMinutes,
    ...(kfp.serviceAccount !== undefined && { serviceAccount: kfp.serviceAccount }),
  })
}

async function connectionOf({ endpoint, tokenFile: path }: StudyConfig['kfp']): Promise<Connection> {
  const credentials = path === undefined ? [] : [tokenFile(path)]
  if (endpoint === 'in-cluster') return inClusterConnection(path === undefined ? {} : { credentials })
  if (endpoint === 'kubeconfig') return kubeconfigConnection({ credentials })
  return urlConnection(endpoint, ...credentials)
}
