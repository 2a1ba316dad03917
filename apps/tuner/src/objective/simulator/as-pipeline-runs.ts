import type { Runner } from '@tune/core'
import { compilePipeline, kfpRunner, pipelineSource } from '@tune/kfp'
import type { StudyConfig } from '../../config/study-config.ts'
import { openKfp } from '../pipeline/open-kfp.ts'
import { checkImage } from './check-image.ts'
import { pipelineOf } from './pipeline/pipeline-of.ts'
import { SIMULATE_TASK } from './pipeline/shape.ts'
import { simulationPipeline } from './pipeline/simulation-pipeline.ts'

/**
 * Evaluates the days of a trial as a run of a simulation pipeline.
 *
 * @throws TuneError as `KfpClient` does where the server cannot be used, or is too old for the pipeline
 */
export async function asPipelineRuns(config: StudyConfig): Promise<Runner> {
  const options = pipelineOf(config)
  const { days } = options
  const server = await openKfp(config.kfp)
  const sourceOf = (of: readonly string[], version: string | undefined) => {
    const { pipeline, parameters } = simulationPipeline({ ...options, days: of })
    return { spec: pipelineSource(compilePipeline(pipeline, { serverVersion: version })), parameters }
  }
  // What would fail every trial is said before the first one: a server that is too old, an image that is not to be had.
  sourceOf(days, server.version)
  const runnerOptions = { outputs: await server.outputs(), ...(await server.runnerOptions()) }
  await checkImage(options, runnerOptions, server.version)
  const tasks = [SIMULATE_TASK, ...days.map((_, index) => `${SIMULATE_TASK}-${index + 1}`)]
  return kfpRunner({
    ...runnerOptions,
    metrics: { profit: { tasks, output: 'profit', instance: 'day' } },
    run: ({ study, number, params, instances = days }, { version }) => {
      const { spec, parameters } = sourceOf(instances, version)
      return {
        pipeline_spec: spec,
        runtime_config: { parameters: parameters({ trial: `${study}/${number}`, params }) },
      }
    },
  })
}
