import { compilePipeline, pipelineYaml } from '@tune/kfp'
import type { StudyConfig } from '../config/study-config.ts'
import { pipelineOf } from '../objective/simulator/pipeline/pipeline-of.ts'
import { simulationPipeline } from '../objective/simulator/pipeline/simulation-pipeline.ts'
import { write } from '../text/output.ts'

/** Prints the pipeline that evaluates a trial, as a server of a version is to get it. */
export function printPipeline(config: StudyConfig, serverVersion: string | undefined): void {
  const { pipeline } = simulationPipeline(pipelineOf(config))
  write(pipelineYaml(compilePipeline(pipeline, { serverVersion })))
}
