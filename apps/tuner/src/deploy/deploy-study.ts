import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { isTuneError } from '@tune/core'
import { type CompiledPipeline, compilePipeline, type KfpClient, pipelineYaml } from '@tune/kfp'
import type { Pipeline, PipelineVersion } from '@tune/kfp/api'
import { variablesIn } from '../config/environment.ts'
import { parseConfig, unreadable } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { linkTo, type OpenedKfp, openKfp } from '../objective/pipeline/open-kfp.ts'
import { carriedFiles } from './carried-files.ts'
import { podEnvironment, podFile, unknown } from './pod-file.ts'
import { namesOf, tunerPipeline } from './tuner-pipeline.ts'

/** A tuner on its way: what to run, where, and what differs from the file. */
export interface DeployOptions {
  readonly trials?: number
  readonly parallel?: number
}

/** A tuner that was started. */
export interface Deployed {
  readonly study: string
  readonly pipeline: string
  readonly version: string
  /** Whether the server had this version before. */
  readonly isKnown: boolean
  readonly run: string
  /** Where people see it, where the file says where the user interface is. */
  readonly url?: string
}

/** A study's file with the pipeline of its tuner. */
interface Prepared {
  /** As this machine reads it. */
  readonly config: StudyConfig
  readonly compile: (serverVersion: string | undefined) => CompiledPipeline
}

async function prepare(path: string): Promise<Prepared> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const { deploy } = parseConfig(text, path, { ...unknown(variablesIn(text)), ...process.env })
  const sent = podFile(text, path, deploy)
  // What only the cluster knows is not needed here.
  const config = parseConfig(text, path, { ...podEnvironment(deploy), ...process.env })
  const file = basename(path)
  const files = await carriedFiles(sent.config, file, sent.text)
  const pipeline = tunerPipeline(sent.config, { file, files })
  return { config, compile: (serverVersion) => compilePipeline(pipeline, { serverVersion }) }
}

/** The pipeline of a study's tuner, as YAML. @param serverVersion default: the newest. @throws ConfigError */
export async function deploymentYaml(path: string, serverVersion?: string): Promise<string> {
  const { compile } = await prepare(path)
  return pipelineYaml(compile(serverVersion))
}

/**
 * Uploads the pipeline of a study's tuner, unless the server has this very version, and starts it.
 *
 * @throws ConfigError; TuneError as `KfpClient` does
 */
export async function deployStudy(path: string, options: DeployOptions): Promise<Deployed> {
  const { config, compile } = await prepare(path)
  const server = await openKfp(config.kfp)
  const compiled = compile(server.version)
  const { pipeline, version, isKnown } = await uploaded(config, server, compiled)
  const { experimentId } = await server.runnerOptions()
  const { serviceAccount, ui } = config.kfp
  const { run_id } = await server.client.runs.create({
    display_name: namesOf(config).name,
    description: `tunes the study ${config.study}`,
    experiment_id: experimentId,
    pipeline_version_reference: {
      pipeline_id: pipeline.pipeline_id,
      pipeline_version_id: version.pipeline_version_id,
    },
    runtime_config: { parameters: { ...options } },
    ...(serviceAccount !== undefined && { service_account: serviceAccount }),
  })
  return {
    study: config.study,
    pipeline: pipeline.display_name,
    version: version.display_name,
    isKnown,
    run: run_id,
    ...(ui !== undefined && { url: linkTo(ui, run_id) }),
  }
}

interface Uploaded {
  readonly pipeline: Pipeline
  readonly version: PipelineVersion
  readonly isKnown: boolean
}

/** A version is called after what is in it, so that the same is there once. */
async function uploaded(
  config: StudyConfig,
  { client }: OpenedKfp,
  compiled: CompiledPipeline,
): Promise<Uploaded> {
  const yaml = pipelineYaml(compiled)
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
