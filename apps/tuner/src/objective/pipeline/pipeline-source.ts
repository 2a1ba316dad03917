import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isTuneError, type JsonValue } from '@tune/core'
import {
  compilePipeline,
  type KfpClient,
  type Pipeline,
  type PipelineRun,
  parsePipeline,
  pipelineSource,
  uncached,
} from '@tune/kfp'
import type { PipelineSource, PipelineVersion } from '@tune/kfp/api'
import { ConfigError } from '../../config/config-error.ts'
import { unreadable } from '../../config/read-config.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import type { OpenedKfp } from './open-kfp.ts'

/** A pipeline as it is tuned. */
export interface ResolvedPipeline {
  readonly source: PipelineSource
  /** What a run of it names. */
  readonly run: Omit<PipelineRun, 'runtime_config'>
  /** Which pipeline it is, in words. */
  readonly identity: { readonly [key: string]: JsonValue }
  /** For people: `churn-training v12`. */
  readonly label: string
}

/**
 * The pipeline that a file names.
 *
 * @param pinned the identity of the version that the study has, if it is there already.
 * @throws ConfigError: there is none; TuneError: the server cannot be asked
 */
export async function resolvePipeline(
  { objective, folderOfFile, kfp }: StudyConfig,
  { client, version }: OpenedKfp,
  pinned: string | undefined,
): Promise<ResolvedPipeline> {
  const { name = '', version: wanted, file, module } = objective.pipeline ?? {}
  const found =
    file !== undefined
      ? await pipelineInFile(resolve(folderOfFile, file), file)
      : module !== undefined
        ? await ofModule(resolve(folderOfFile, module), module, version)
        : await pipelineOnServer(client, name, wanted ?? { pinned }, kfp.namespace)
  if (objective.caching !== false) return found
  const source = uncached(found.source)
  return { ...found, source, run: { pipeline_spec: source } }
}

/**
 * A compiled pipeline.
 *
 * @param shown how a person named the file.
 * @throws ConfigError: it cannot be read, or is none
 */
export async function pipelineInFile(path: string, shown: string): Promise<ResolvedPipeline> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(`objective.pipeline.file: ${shown}`, error)
  })
  try {
    return ofSource(parsePipeline(text), { file: shown })
  } catch (error) {
    throw new ConfigError(`objective.pipeline.file: ${shown}: ${(error as Error).message}`, { cause: error })
  }
}

async function ofModule(path: string, shown: string, version: string | undefined): Promise<ResolvedPipeline> {
  let pipeline: Pipeline
  try {
    ;({ default: pipeline } = (await import(pathToFileURL(path).href)) as { default: Pipeline })
  } catch (error) {
    throw new ConfigError(
      `objective.pipeline.module: '${shown}' cannot be used: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
  if (typeof pipeline !== 'object' || !('graph' in pipeline))
    throw new ConfigError(`objective.pipeline.module: the default export of '${shown}' is no pipeline`)
  const source = pipelineSource(compilePipeline(pipeline, { serverVersion: version }))
  // The same study goes on when the server is another one.
  return {
    ...ofSource(pipelineSource(compilePipeline(pipeline)), { module: shown }),
    source,
    run: { pipeline_spec: source },
  }
}

function ofSource(source: PipelineSource, named: Readonly<Record<string, string>>): ResolvedPipeline {
  const digest = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 16)
  const { name } = ('pipeline_spec' in source ? source.pipeline_spec : source).pipelineInfo
  const [where = ''] = Object.values(named)
  return {
    source,
    run: { pipeline_spec: source },
    identity: { name, digest },
    label: `${name} of ${where}`,
  }
}

/**
 * A pipeline that the server has by name.
 *
 * @param wanted the name of a version, or the identity of the one that is kept. Default: the latest.
 * @throws ConfigError: there is none
 */
export async function pipelineOnServer(
  client: KfpClient,
  name: string,
  wanted: string | { readonly pinned: string | undefined } = { pinned: undefined },
  namespace?: string,
): Promise<ResolvedPipeline> {
  const { pipeline_id } = await client.pipelines.getByName(name, namespace).catch((error: unknown) => {
    if (!isTuneError(error, 'KFP_NOT_FOUND')) throw error
    throw new ConfigError(`objective.pipeline.name: the server has no pipeline '${name}'`, { cause: error })
  })
  const version = await versionOf(client, pipeline_id, name, wanted)
  const { pipeline_version_id, pipeline_spec: source, display_name } = version
  if (source === undefined)
    throw new ConfigError(`objective.pipeline: the server does not show '${display_name}'`)
  return {
    source,
    run: { pipeline_version_reference: { pipeline_id, pipeline_version_id } },
    identity: { name, version: display_name, id: pipeline_version_id },
    // The first version of a pipeline is mostly called as itself.
    label: display_name === name ? name : `${name} ${display_name}`,
  }
}

async function versionOf(
  client: KfpClient,
  id: string,
  name: string,
  wanted: string | { readonly pinned: string | undefined },
): Promise<PipelineVersion> {
  if (typeof wanted === 'object' && wanted.pinned !== undefined)
    return client.pipelines.getVersion(id, wanted.pinned)
  const names: string[] = []
  for await (const version of client.pipelines.listVersions(id, { sortBy: 'created_at desc' })) {
    if (typeof wanted === 'object' || [version.display_name, version.name].includes(wanted))
      return client.pipelines.getVersion(id, version.pipeline_version_id)
    names.push(version.display_name)
  }
  if (typeof wanted === 'object')
    throw new ConfigError(`objective.pipeline.name: '${name}' has no version yet`)
  throw new ConfigError(
    `objective.pipeline.version: '${name}' has no version '${wanted}'; it has ${names.slice(0, 8).join(', ')}`,
  )
}
