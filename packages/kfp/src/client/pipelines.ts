import { FormData } from 'undici'
import type {
  NewPipeline,
  NewPipelineAndVersion,
  NewPipelineVersion,
  Pipeline,
  PipelinePage,
  PipelineVersion,
  PipelineVersionPage,
} from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import type { ListOptions } from './filter.ts'
import type { ApiRequest, Http } from './http.ts'
import { create, get, list, path, ROOT, remove } from './resource.ts'

export interface ListPipelines extends ListOptions {
  /** On a server with several users: whose. */
  readonly namespace?: string
}

/** What an upload is called. */
export type UploadPipeline = Pick<NewPipeline, 'display_name' | 'name' | 'description' | 'namespace' | 'tags'>
export type UploadVersion = Pick<NewPipelineVersion, 'display_name' | 'name' | 'description' | 'tags'>

/** The pipelines that the server keeps, and their versions. Every method throws what {@link KfpClient} says. */
export class Pipelines {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Makes a pipeline without a version. */
  create(pipeline: NewPipeline, options?: CallOptions): Promise<Pipeline> {
    return create(this.#http, `${ROOT}/pipelines`, pipeline, options)
  }

  /** Makes a pipeline and its first version, from a URL that the server can read. */
  createWithVersion(body: NewPipelineAndVersion, options?: CallOptions): Promise<Pipeline> {
    return create(this.#http, `${ROOT}/pipelines/create`, body, options)
  }

  /** Makes a pipeline and its first version, from YAML of at most 32 MiB. */
  upload(yaml: string, as: UploadPipeline, options?: CallOptions): Promise<Pipeline> {
    const { tags, ...names } = as
    return this.#upload('upload', yaml, { ...names, ...tagsQuery(tags) }, options)
  }

  get(id: string, options?: CallOptions): Promise<Pipeline> {
    return get(this.#http, path`/pipelines/${id}`, undefined, options)
  }

  /** @throws TuneError KFP_NOT_FOUND */
  getByName(name: string, namespace?: string, options?: CallOptions): Promise<Pipeline> {
    return get(this.#http, path`/pipelines/names/${name}`, { namespace }, options)
  }

  list({ namespace, ...of }: ListPipelines = {}, options?: CallOptions): AsyncGenerator<Pipeline, void> {
    const resources = (page: PipelinePage) => page.pipelines
    return list(this.#http, `${ROOT}/pipelines`, { namespace }, of, resources, options)
  }

  /** Deletes a pipeline, with its versions when `cascade` is true; servers from 2.14. */
  delete(
    id: string,
    { cascade, ...options }: CallOptions & { readonly cascade?: boolean } = {},
  ): Promise<void> {
    return remove(this.#http, path`/pipelines/${id}`, { cascade }, options)
  }

  /** Makes a version from a URL that the server can read. */
  createVersion(id: string, version: NewPipelineVersion, options?: CallOptions): Promise<PipelineVersion> {
    return create(this.#http, path`/pipelines/${id}/versions`, { ...version, pipeline_id: id }, options)
  }

  /** Makes a version from YAML of at most 32 MiB. */
  uploadVersion(
    id: string,
    yaml: string,
    as: UploadVersion,
    options?: CallOptions,
  ): Promise<PipelineVersion> {
    const { tags, ...names } = as
    return this.#upload('upload_version', yaml, { pipelineid: id, ...names, ...tagsQuery(tags) }, options)
  }

  getVersion(id: string, versionId: string, options?: CallOptions): Promise<PipelineVersion> {
    return get(this.#http, path`/pipelines/${id}/versions/${versionId}`, undefined, options)
  }

  listVersions(
    id: string,
    of: ListOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<PipelineVersion, void> {
    const resources = (page: PipelineVersionPage) => page.pipeline_versions
    return list(this.#http, path`/pipelines/${id}/versions`, {}, of, resources, options)
  }

  deleteVersion(id: string, versionId: string, options?: CallOptions): Promise<void> {
    return remove(this.#http, path`/pipelines/${id}/versions/${versionId}`, undefined, options)
  }

  #upload<T>(
    call: string,
    yaml: string,
    query: NonNullable<ApiRequest['query']>,
    options?: CallOptions,
  ): Promise<T> {
    const body = new FormData()
    body.append('uploadfile', new Blob([yaml], { type: 'application/yaml' }), 'pipeline.yaml')
    const where = `${ROOT}/pipelines/${call}`
    return this.#http.json<T>({ method: 'POST', path: where, query, body, repeatable: false }, options)
  }
}

function tagsQuery(tags: Readonly<Record<string, string>> | undefined): { readonly tags?: string } {
  return tags === undefined ? {} : { tags: JSON.stringify(tags) }
}
