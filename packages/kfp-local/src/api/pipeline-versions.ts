import { randomUUID } from 'node:crypto'
import type { PipelineSource, PipelineVersion, PipelineVersionPage } from '@tune/kfp/api'
import { Hono } from 'hono'
import { z } from 'zod'
import { timestamp } from '../clock/now.ts'
import { readSource } from '../spec/read-source.ts'
import { where } from '../state/condition.ts'
import type { Stored, StoredVersion } from '../state/stored.ts'
import { ApiError } from './api-error.ts'
import { selectionOf } from './listing.ts'
import { readBody } from './read-body.ts'

export const newVersion = z.strictObject({
  display_name: z.string().optional(),
  name: z.string().optional(),
  description: z.string().nullish(),
  code_source_url: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  pipeline_id: z.string().optional(),
  package_url: z.strictObject({ pipeline_url: z.string() }),
})

type NewVersion = Omit<z.infer<typeof newVersion>, 'package_url'>

export function addVersion(
  { pipelines, versions, specs }: Stored,
  pipelineId: string,
  given: NewVersion,
  source: PipelineSource,
): StoredVersion {
  pipelines.get(pipelineId)
  const display_name = given.display_name ?? given.name
  if (!display_name) throw new ApiError('INVALID_ARGUMENT', 'display_name: the version needs a name')
  const name = given.name ?? display_name
  if (versions.all([where('pipeline_id', pipelineId), where('name', name)]).length > 0)
    throw new ApiError('ALREADY_EXISTS', `a version named '${name}' of this pipeline already exists`)
  const pipeline_version_id = randomUUID()
  return versions.insert(pipeline_version_id, {
    pipeline_id: pipelineId,
    pipeline_version_id,
    display_name,
    name,
    ...(given.description && { description: given.description }),
    ...(given.code_source_url && { code_source_url: given.code_source_url }),
    ...(given.tags && { tags: given.tags }),
    created_at: timestamp(),
    spec: specs.put(source),
  })
}

export function versionAnswer({ specs }: Stored, { spec, ...version }: StoredVersion): PipelineVersion {
  return { ...version, pipeline_spec: specs.get(spec) }
}

/** @throws ApiError INVALID_ARGUMENT nothing can be read there */
export async function fetchSource(url: string): Promise<PipelineSource> {
  const response = await fetch(url).catch(() => undefined)
  if (!response?.ok) throw new ApiError('INVALID_ARGUMENT', `pipeline_url: nothing can be read at '${url}'`)
  return readSource(await response.text())
}

export function versionCalls(stored: Stored): Hono {
  const { versions } = stored
  return new Hono()
    .post('/:pipeline/versions', async (context) => {
      const given = await readBody(context, newVersion)
      const source = await fetchSource(given.package_url.pipeline_url)
      const added = addVersion(stored, context.req.param('pipeline'), given, source)
      return context.json(versionAnswer(stored, added))
    })
    .get('/:pipeline/versions', (context) => {
      const own = [where('pipeline_id', context.req.param('pipeline'))]
      const { items, total, next } = versions.page(selectionOf(context, [], own))
      const page: PipelineVersionPage = {
        pipeline_versions: items.map((each) => versionAnswer(stored, each)),
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .get('/:pipeline/versions/:version', (context) =>
      context.json(versionAnswer(stored, versions.get(context.req.param('version')))),
    )
    .delete('/:pipeline/versions/:version', (context) => {
      versions.delete(context.req.param('version'))
      return context.json({})
    })
}

/**
 * A version of a pipeline; the latest where none is named.
 *
 * @throws ApiError INVALID_ARGUMENT neither is named; NOT_FOUND
 */
export function latestVersion(
  { pipelines, versions }: Stored,
  pipelineId: string | undefined,
  versionId: string | undefined,
): StoredVersion {
  if (versionId !== undefined) return versions.get(versionId)
  if (pipelineId === undefined)
    throw new ApiError('INVALID_ARGUMENT', 'pipeline_spec, or pipeline_version_reference, must be given')
  const { pipeline_id } = pipelines.get(pipelineId)
  const latest = versions.all([where('pipeline_id', pipeline_id)]).at(-1)
  if (latest === undefined) throw new ApiError('NOT_FOUND', `pipeline ${pipelineId} has no version`)
  return latest
}
