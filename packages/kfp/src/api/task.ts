import type { Artifact } from './artifact.ts'
import type { Int64, JsonValue, Timestamp } from './json.ts'
import type { ListPage } from './list.ts'
import type { Status } from './status.ts'

// The native task API, which replaces ML Metadata in the servers after 2.18.

export type TaskState =
  | 'RUNTIME_STATE_UNSPECIFIED'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'SKIPPED'
  | 'FAILED'
  | 'CACHED'

export type TaskType =
  | 'TASK_TYPE_UNSPECIFIED'
  | 'ROOT'
  | 'RUNTIME'
  | 'CONDITION_BRANCH'
  | 'CONDITION'
  | 'LOOP'
  | 'EXIT_HANDLER'
  | 'IMPORTER'
  | 'DAG'

/** How a value came to a task, or left it. */
export type IoType =
  | 'UNSPECIFIED'
  | 'COMPONENT_DEFAULT_INPUT'
  | 'TASK_OUTPUT_INPUT'
  | 'COMPONENT_INPUT'
  | 'RUNTIME_VALUE_INPUT'
  | 'COLLECTED_INPUTS'
  | 'ITERATOR_INPUT'
  | 'ITERATOR_INPUT_RAW'
  | 'ITERATOR_OUTPUT'
  | 'OUTPUT'
  | 'ONE_OF_OUTPUT'
  | 'TASK_FINAL_STATUS_OUTPUT'

export interface IoProducer {
  readonly task_name?: string
  readonly iteration?: Int64
}

export interface IoParameter {
  readonly value?: JsonValue
  readonly type?: IoType
  readonly parameter_key?: string
  readonly producer?: IoProducer
}

export interface IoArtifact {
  readonly artifacts?: readonly Artifact[]
  readonly type?: IoType
  readonly artifact_key?: string
  readonly producer?: IoProducer
}

export interface InputOutputs {
  readonly parameters?: readonly IoParameter[]
  readonly artifacts?: readonly IoArtifact[]
}

export interface TaskPod {
  readonly name?: string
  readonly uid?: string
  readonly type?: 'UNSPECIFIED' | 'DRIVER' | 'EXECUTOR'
}

/** One task of a run: one entry for each iteration of a loop, and for each loop itself. */
export interface PipelineTask {
  readonly name?: string
  readonly display_name?: string
  readonly task_id: string
  readonly run_id?: string
  readonly pods?: readonly TaskPod[]
  readonly cache_fingerprint?: string
  readonly create_time?: Timestamp
  readonly end_time?: Timestamp
  readonly state?: TaskState
  readonly status_metadata?: {
    readonly message?: string
    readonly custom_properties?: Readonly<Record<string, JsonValue>>
  }
  readonly state_history?: readonly {
    readonly update_time?: Timestamp
    readonly state?: TaskState
    readonly error?: Status
  }[]
  readonly type?: TaskType
  readonly type_attributes?: {
    readonly iteration_index?: Int64
    readonly iteration_count?: Int64
  }
  readonly parent_task_id?: string
  readonly child_tasks?: readonly { readonly task_id?: string; readonly name?: string }[]
  readonly inputs?: InputOutputs
  readonly outputs?: InputOutputs
  readonly scope_path?: string
}

/** Response of `GET /runs/{id}/tasks`. */
export interface PipelineTaskPage extends ListPage {
  readonly tasks?: readonly PipelineTask[]
}
