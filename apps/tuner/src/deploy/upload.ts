import { createHash } from 'node:crypto'
import { isTuneError } from '@tune/core'
import { type KfpClient, pipelineYaml } from '@tune/kfp'
import type { Pipeline, PipelineVersion, PipelineVersionReference } from '@tune/kfp/api'
import type { StudyConfig } from '../config/study-config.ts'
import type { OpenedKfp } from '../objective/pipeline/open-kfp.ts'
import type { Prepared } from './prepare.ts'
import { namesOf } from './tuner-pipeline.ts'

/** A pipeline of the server, and one of its versions. */
export interface Uploaded {
  readonly pipeline: Pipeline
  readonly version: PipelineVersion
  /** Whether the server had this version before. */
  readonly isKnown: boolean
}

/**
 * Brings the pipeline of a tuner to a server. A version is called after what is in it, so that the same is there once.
 *
 * @throws TuneError as `KfpClient` does
 */
export async function upload(
  { config, compile }: Prepared,
  { client, version: serverVersion }: OpenedKfp,
): Promise<Uploaded> {
  const yaml = pipelineYaml(compile(serverVersion))
  const name = createHash('sha256').update(yaml).digest('hex').slice(0, 12)
  const pipeline = await pipelineOf(client, config)
  for await (const version of client.pipelines.listVersions(pipeline.pipeline_id))
    if (version.display_name === name) return { pipeline, version, isKnown: true }
  const version = await client.pipelines.uploadVersion(pipeline.pipeline_id, yaml, {
    display_name: name,
    description: namesOf(config).description,
  })
  return { pipeline, version, isKnown: false }
}

async function pipelineOf({ pipelines }: KfpClient, config: StudyConfig): Promise<Pipeline> {
  const { namespace } = config.kfp
  const { name, description } = namesOf(config)
  try {
    return await pipelines.getByName(name, namespace)
  } catch (error) {
    if (!isTuneError(error, 'KFP_NOT_FOUND')) throw error
    return pipelines.create({
      display_name: name,
      description,
      ...(namespace !== undefined && { namespace }),
    })
  }
}

/** How a run or a schedule names it. */
export function referenceTo({ pipeline, version }: Uploaded): PipelineVersionReference {
  return {
    pipeline_id: pipeline.pipeline_id,
    pipeline_version_id: version.pipeline_version_id,
  }
}
