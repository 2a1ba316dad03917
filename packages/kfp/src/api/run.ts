import type { Int64, JsonObject, JsonValue, Timestamp } from './json.ts'
import type { ListPage } from './list.ts'
import type { PipelineSource } from './platform-spec.ts'
import type { Status } from './status.ts'
import type { StorageState } from './storage-state.ts'
import type { PipelineTask } from './task.ts'

/** What a run, or one node of its workflow, is doing. */
export type RuntimeState =
  | 'RUNTIME_STATE_UNSPECIFIED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'SKIPPED'
  | 'FAILED'
  | 'CANCELING'
  | 'CANCELED'
  | 'PAUSED'

/** When a state was reached. */
export interface RuntimeStatus {
  readonly update_time?: Timestamp
  readonly state?: RuntimeState
  readonly error?: Status
}

/** What a pipeline is run with. */
export interface RuntimeConfig {
  /** The pipeline's input parameters by name. */
  readonly parameters?: Readonly<Record<string, JsonValue>>
  /** Where artifacts go: `gs://bucket/path`, `s3://…`, `minio://…`. */
  readonly pipeline_root?: string
}

/** A pipeline version that the server knows; the latest one when only the pipeline is named. */
export interface PipelineVersionReference {
  readonly pipeline_id: string
  readonly pipeline_version_id?: string
}

/** One execution of a pipeline. */
export interface Run {
  readonly run_id: string
  readonly experiment_id?: string
  readonly display_name: string
  readonly storage_state?: StorageState
  readonly description?: string
  readonly pipeline_version_id?: string
  readonly pipeline_spec?: PipelineSource
  readonly pipeline_version_reference?: PipelineVersionReference
  readonly runtime_config?: RuntimeConfig
  readonly service_account?: string
  readonly created_at?: Timestamp
  readonly scheduled_at?: Timestamp
  /** `1970-01-01T00:00:00Z` until the run is over. */
  readonly finished_at?: Timestamp
  /** Absent until the workflow is first seen. */
  readonly state?: RuntimeState
  readonly error?: Status
  /** The nodes of the workflow, up to server 2.18. */
  readonly run_details?: RunDetails
  readonly recurring_run_id?: string
  readonly state_history?: readonly RuntimeStatus[]
  /** Since server 2.17. */
  readonly plugins_input?: Readonly<Record<string, JsonObject>>
  /** Since server 2.17. */
  readonly plugins_output?: Readonly<Record<string, JsonObject>>
  /** How many tasks there are, on servers with the native task API. */
  readonly task_count?: number
  /** The tasks with their outputs, on servers with the native task API, when asked with `view=FULL`. */
  readonly tasks?: readonly PipelineTask[]
}

/** Body of `POST /runs`. */
export type NewRun = Pick<
  Run,
  'display_name' | 'experiment_id' | 'description' | 'runtime_config' | 'service_account' | 'plugins_input'
> &
  (
    | { readonly pipeline_spec: PipelineSource }
    | { readonly pipeline_version_reference: PipelineVersionReference }
  )

export interface RunPage extends ListPage {
  readonly runs?: readonly Run[]
}

export interface RunDetails {
  readonly pipeline_context_id?: Int64
  readonly pipeline_run_context_id?: Int64
  readonly task_details?: readonly PipelineTaskDetail[]
}

/**
 * One node of the workflow: `root`, what prepares a task, an executor, an iteration. The same task of a loop is here once for
 * each iteration and kind of node, and its outputs are never here.
 */
export interface PipelineTaskDetail {
  readonly run_id?: string
  readonly task_id?: string
  readonly display_name?: string
  readonly create_time?: Timestamp
  readonly start_time?: Timestamp
  readonly end_time?: Timestamp
  readonly state?: RuntimeState
  readonly execution_id?: Int64
  readonly error?: Status
  readonly parent_task_id?: string
  readonly state_history?: readonly RuntimeStatus[]
  readonly pod_name?: string
  readonly child_tasks?: readonly ChildTask[]
}

/** A node that follows, by the one name or the other. */
export interface ChildTask {
  readonly task_id?: string
  readonly pod_name?: string
}

/** Response of `GET /runs/{id}/nodes/{node}/artifacts/{name}:read`. */
export interface ArtifactData {
  /** Base64. */
  readonly data?: string
}
