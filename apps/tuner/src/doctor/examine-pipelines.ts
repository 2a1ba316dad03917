import type { Finding } from '@tune/storage'
import { openKfp } from '../objective/pipeline/open-kfp.ts'
import { look, type Patient } from './finding.ts'

/** Whether Kubeflow Pipelines answers, and what this user may do there. Starts nothing. */
export async function* examinePipelines({ config }: Patient): AsyncGenerator<Finding> {
  const { kfp, runner, objective, schedule } = config
  const { client, version, outputs } = await openKfp(kfp)
  yield {
    about: 'connection',
    level: 'ok',
    text: `Kubeflow Pipelines${version === undefined ? '' : ` ${version}`}, ${kfp.endpoint}`,
  }
  yield look('experiment', async () => {
    const found = await client.experiments.find(kfp.experiment, kfp.namespace)
    return `${kfp.experiment}${found === undefined ? ': the first run makes it' : ''}`
  })
  const within = kfp.namespace === undefined ? {} : { namespace: kfp.namespace }
  yield look('runs', async () => {
    await client.runs.list(within).next()
    return 'may be read'
  })
  if (schedule !== undefined)
    yield look('schedules', async () => {
      await client.recurringRuns.list(within).next()
      return 'may be read'
    })
  if (runner === 'kfp' || objective.pipeline !== undefined)
    yield look('outputs', async () => (await outputs()).name)
}
