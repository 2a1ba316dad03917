import { randomUUID } from 'node:crypto'
import type { Pipeline, PipelinePage, PipelineSource } from '@tune/kfp/api'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { timestamp } from '../clock/now.ts'
import { readSource } from '../spec/read-source.ts'
import { where } from '../state/condition.ts'
import type { Stored } from '../state/stored.ts'
import { ApiError } from './api-error.ts'
import { selectionOf } from './listing.ts'
import { addVersion, fetchSource, newVersion, versionAnswer } from './pipeline-versions.ts'
import { readBody } from './read-body.ts'

const tags = z.record(z.string(), z.string())
const newPipeline = z.strictObject({
  display_name: z.string().optional(),
  name: z.string().optional(),
  description: z.string().nullish(),
  namespace: z.string().nullish(),
  tags: tags.nullish(),
})
const both = z.strictObject({ pipeline: newPipeline, pipeline_version: newVersion })

function addPipeline({ pipelines }: Stored, given: z.infer<typeof newPipeline>): Pipeline {
  const { description, namespace } = given
  const display_name = given.display_name ?? given.name
  if (!display_name) throw new ApiError('INVALID_ARGUMENT', 'display_name: the pipeline needs a name')
  const name = given.name ?? display_name
  if (pipelines.all([where('name', name)]).length > 0)
    throw new ApiError('ALREADY_EXISTS', `a pipeline named '${name}' already exists`)
  const pipeline_id = randomUUID()
  return pipelines.insert(pipeline_id, {
    pipeline_id,
    display_name,
    name,
    ...(description && { description }),
    ...(namespace && { namespace }),
    ...(given.tags && { tags: given.tags }),
    created_at: timestamp(),
  })
}

export function pipelineCalls(stored: Stored): Hono {
  const { pipelines, versions } = stored
  return new Hono()
    .post('/', async (context) => context.json(addPipeline(stored, await readBody(context, newPipeline))))
    .get('/', (context) => {
      const { items, total, next } = pipelines.page(selectionOf(context, ['namespace']))
      const page: PipelinePage = {
        pipelines: items,
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .post('/create', async (context) => {
      const { pipeline, pipeline_version } = await readBody(context, both)
      const source = await fetchSource(pipeline_version.package_url.pipeline_url)
      const added = addPipeline(stored, pipeline)
      addVersion(stored, added.pipeline_id, { ...pipeline_version, display_name: added.display_name }, source)
      return context.json(added)
    })
    .post('/upload', (context) =>
      uploaded(context, (source, query) => {
        const name = query['name'] ?? query['display_name'] ?? 'pipeline'
        const added = addPipeline(stored, {
          display_name: query['display_name'] ?? name,
          name,
          ...described(query),
        })
        addVersion(stored, added.pipeline_id, { display_name: added.display_name, name }, source)
        return added
      }),
    )
    .post('/upload_version', (context) =>
      uploaded(context, (source, query) => {
        const pipelineId = query['pipelineid'] ?? ''
        const name = query['name'] ?? query['display_name'] ?? 'version'
        const version = { display_name: query['display_name'] ?? name, name, ...described(query) }
        return versionAnswer(stored, addVersion(stored, pipelineId, version, source))
      }),
    )
    .get('/names/:name', (context) => {
      const name = context.req.param('name')
      const [found] = pipelines.all([where('name', name)])
      if (found === undefined) throw new ApiError('NOT_FOUND', `pipeline ${name} not found`)
      return context.json(found)
    })
    .get('/:id', (context) => context.json(pipelines.get(context.req.param('id'))))
    .delete('/:id', (context) => {
      const id = context.req.param('id')
      const own = versions.all([where('pipeline_id', id)])
      if (own.length > 0 && context.req.query('cascade') !== 'true')
        throw new ApiError(
          'FAILED_PRECONDITION',
          `pipeline ${id} has versions: delete them first, or cascade`,
        )
      for (const { pipeline_version_id } of own) versions.delete(pipeline_version_id)
      pipelines.delete(id)
      return context.json({})
    })
}

function described(query: Readonly<Record<string, string>>): {
  description?: string
  tags?: Record<string, string>
} {
  const { description, tags: text } = query
  return {
    ...(description !== undefined && { description }),
    ...(text !== undefined && { tags: tags.parse(JSON.parse(text)) }),
  }
}

/** The two upload calls stand beside the gateway: they take a file, and say what is wrong in words of their own. */
async function uploaded(
  context: Context,
  add: (source: PipelineSource, query: Readonly<Record<string, string>>) => object,
): Promise<Response> {
  try {
    const { uploadfile } = await context.req.parseBody()
    if (!(uploadfile instanceof File)) throw new ApiError('INVALID_ARGUMENT', "there is no file 'uploadfile'")
    return context.json(add(readSource(await uploadfile.text()), context.req.query()))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return context.json({ error_message: error.message, error_details: error.message }, error.status)
  }
}
