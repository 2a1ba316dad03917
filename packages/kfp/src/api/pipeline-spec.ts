import type { JsonValue } from './json.ts'

// The intermediate representation of a pipeline, schema 2.1.0, in the camel case that compilers write.

export type ParameterType =
  | 'NUMBER_DOUBLE'
  | 'NUMBER_INTEGER'
  | 'STRING'
  | 'BOOLEAN'
  | 'LIST'
  | 'STRUCT'
  | 'TASK_FINAL_STATUS'

export interface PipelineSpec {
  readonly pipelineInfo: {
    readonly name: string
    readonly displayName?: string
    readonly description?: string
  }
  readonly schemaVersion: string
  readonly sdkVersion?: string
  readonly defaultPipelineRoot?: string
  /** By name, `comp-…` by custom. */
  readonly components?: Readonly<Record<string, ComponentSpec>>
  readonly deploymentSpec: DeploymentSpec
  readonly root: ComponentSpec
}

/** What can be run: a container, by the label of its executor, or a graph of tasks. */
export interface ComponentSpec {
  readonly executorLabel?: string
  readonly dag?: DagSpec
  readonly inputDefinitions?: {
    readonly parameters?: Readonly<Record<string, InputParameterDefinition>>
    readonly artifacts?: Readonly<Record<string, ArtifactDefinition>>
  }
  readonly outputDefinitions?: {
    readonly parameters?: Readonly<Record<string, OutputParameterDefinition>>
    readonly artifacts?: Readonly<Record<string, ArtifactDefinition>>
  }
}

export interface InputParameterDefinition {
  readonly parameterType: ParameterType
  readonly defaultValue?: JsonValue
  readonly isOptional?: boolean
  readonly description?: string
}

export interface OutputParameterDefinition {
  readonly parameterType: ParameterType
  readonly description?: string
}

export interface ArtifactDefinition {
  readonly artifactType: { readonly schemaTitle: string; readonly schemaVersion: string }
  readonly isArtifactList?: boolean
  readonly isOptional?: boolean
  readonly description?: string
}

export interface DagSpec {
  readonly tasks: Readonly<Record<string, TaskSpec>>
  readonly outputs?: {
    readonly parameters?: Readonly<Record<string, DagOutputParameter>>
    readonly artifacts?: Readonly<Record<string, DagOutputArtifact>>
  }
}

/** Which task of the graph makes an output of the graph; of several, the first that ran. */
export type DagOutputParameter =
  | { readonly valueFromParameter: ParameterSelector }
  | { readonly valueFromOneof: { readonly parameterSelectors: readonly ParameterSelector[] } }

export interface ParameterSelector {
  readonly producerSubtask: string
  readonly outputParameterKey: string
}

export interface DagOutputArtifact {
  readonly artifactSelectors: readonly {
    readonly producerSubtask: string
    readonly outputArtifactKey: string
  }[]
}

export interface TaskSpec {
  readonly taskInfo: { readonly name: string }
  readonly componentRef: { readonly name: string }
  readonly inputs?: {
    readonly parameters?: Readonly<Record<string, TaskInputParameter>>
    readonly artifacts?: Readonly<Record<string, TaskInputArtifact>>
  }
  readonly dependentTasks?: readonly string[]
  /** Empty: not cached. */
  readonly cachingOptions?: { readonly enableCache?: boolean; readonly cacheKey?: string }
  readonly triggerPolicy?: {
    readonly condition?: string
    readonly strategy?: 'ALL_UPSTREAM_TASKS_SUCCEEDED' | 'ALL_UPSTREAM_TASKS_COMPLETED'
  }
  readonly parameterIterator?: ParameterIterator
  readonly iteratorPolicy?: { readonly parallelismLimit?: number }
  readonly retryPolicy?: RetryPolicy
}

/** Where a task's input comes from. */
export type TaskInputParameter = (
  | { readonly componentInputParameter: string }
  | { readonly taskOutputParameter: { readonly producerTask: string; readonly outputParameterKey: string } }
  | { readonly runtimeValue: { readonly constant: JsonValue } }
  | { readonly taskFinalStatus: { readonly producerTask: string } }
) & { readonly parameterExpressionSelector?: string }

export type TaskInputArtifact =
  | { readonly componentInputArtifact: string }
  | { readonly taskOutputArtifact: { readonly producerTask: string; readonly outputArtifactKey: string } }

/** Runs the task once for each item. */
export interface ParameterIterator {
  /** The input that gets the item. */
  readonly itemInput: string
  /** A JSON list as text, or the input of the same task that is the list. */
  readonly items: { readonly raw: string } | { readonly inputParameter: string }
}

export interface RetryPolicy {
  readonly maxRetryCount: number
  /** In seconds, as in `30s`. */
  readonly backoffDuration?: string
  readonly backoffFactor?: number
  readonly backoffMaxDuration?: string
}

export interface DeploymentSpec {
  /** By label, `exec-…` by custom. */
  readonly executors?: Readonly<Record<string, ExecutorSpec>>
}

export interface ExecutorSpec {
  readonly container?: ContainerSpec
}

export interface ContainerSpec {
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  /** Kubernetes quantities: `500m`, `2Gi`. */
  readonly resources?: {
    readonly resourceCpuRequest?: string
    readonly resourceCpuLimit?: string
    readonly resourceMemoryRequest?: string
    readonly resourceMemoryLimit?: string
    readonly accelerator?: { readonly resourceType: string; readonly resourceCount: string }
  }
}

/** `{{$}}` in a container's arguments, and what the launcher hands to it. */
export interface ExecutorInput {
  readonly inputs?: {
    readonly parameterValues?: Readonly<Record<string, JsonValue>>
    readonly artifacts?: Readonly<Record<string, ArtifactList>>
  }
  readonly outputs?: {
    readonly parameters?: Readonly<Record<string, { readonly outputFile: string }>>
    readonly artifacts?: Readonly<Record<string, ArtifactList>>
    /** Where the container may write an {@link ExecutorOutput}. */
    readonly outputFile?: string
  }
}

/** What a container may write to `outputs.outputFile`; it goes before the files of single parameters. */
export interface ExecutorOutput {
  readonly parameterValues?: Readonly<Record<string, JsonValue>>
  readonly artifacts?: Readonly<Record<string, ArtifactList>>
}

export interface ArtifactList {
  readonly artifacts?: readonly RuntimeArtifact[]
}

export interface RuntimeArtifact {
  readonly name?: string
  readonly type?: { readonly schemaTitle?: string; readonly schemaVersion?: string }
  readonly uri?: string
  readonly metadata?: Readonly<Record<string, JsonValue>>
}

/** What an exit task is told of the tasks before it. */
export interface TaskFinalStatus {
  /** `COMPLETE` or `SUCCEEDED`, `FAILED`, or a state on the way: servers before 2.17 may leave it `RUNNING`. */
  readonly state?: string
  readonly pipelineTaskName?: string
  readonly pipelineJobResourceName?: string
  readonly error?: { readonly code?: number; readonly message?: string }
}
