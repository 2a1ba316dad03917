import type { Timestamp } from './json.ts'
import type { ListPage } from './list.ts'
import type { PipelineSource } from './platform-spec.ts'
import type { Status } from './status.ts'

/** A named series of pipeline versions. */
export interface Pipeline {
  readonly pipeline_id: string
  readonly display_name: string
  /** Unique in its namespace, and fixed; since server 2.5. */
  readonly name?: string
  readonly description?: string
  readonly created_at?: Timestamp
  readonly namespace?: string
  readonly error?: Status
  /** Since server 2.17. */
  readonly tags?: Readonly<Record<string, string>>
}

export type NewPipeline = Pick<Pipeline, 'display_name' | 'name' | 'description' | 'namespace' | 'tags'>

export interface PipelinePage extends ListPage {
  readonly pipelines?: readonly Pipeline[]
}

/** One specification of a pipeline, never changed. */
export interface PipelineVersion {
  readonly pipeline_id: string
  readonly pipeline_version_id: string
  readonly display_name: string
  /** Unique in its pipeline, and fixed; since server 2.5. */
  readonly name?: string
  readonly description?: string
  readonly created_at?: Timestamp
  /** Where the server reads the specification, when a version is made from a URL. */
  readonly package_url?: PackageUrl
  readonly code_source_url?: string
  readonly pipeline_spec?: PipelineSource
  readonly error?: Status
  /** Since server 2.17. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface PackageUrl {
  readonly pipeline_url: string
}

export type NewPipelineVersion = Pick<
  PipelineVersion,
  'display_name' | 'name' | 'description' | 'code_source_url' | 'tags'
> & { readonly pipeline_id?: string; readonly package_url: PackageUrl }

export interface PipelineVersionPage extends ListPage {
  readonly pipeline_versions?: readonly PipelineVersion[]
}

/** Body of `POST /pipelines/create`. */
export interface NewPipelineAndVersion {
  readonly pipeline: NewPipeline
  readonly pipeline_version: NewPipelineVersion
}

/** Query of `POST /pipelines/upload`; the specification is the multipart field `uploadfile`. */
export interface UploadPipelineQuery {
  readonly name?: string
  readonly display_name?: string
  readonly description?: string
  readonly namespace?: string
  /** A JSON object of strings, since server 2.17. */
  readonly tags?: string
}

/** Query of `POST /pipelines/upload_version`; the specification is the multipart field `uploadfile`. */
export interface UploadPipelineVersionQuery {
  readonly pipelineid: string
  readonly name?: string
  readonly display_name?: string
  readonly description?: string
  /** A JSON object of strings, since server 2.17. */
  readonly tags?: string
}
