import type { Int64 } from './json.ts'
import type { PipelineSpec, TaskInputParameter } from './pipeline-spec.ts'

// The second document of a pipeline: what only Kubernetes knows.

export interface PlatformSpec {
  readonly platforms: { readonly kubernetes?: KubernetesPlatform }
}

export interface KubernetesPlatform {
  readonly pipelineConfig?: PipelineConfig
  readonly deploymentSpec?: {
    /** By the label of the executor in the first document. */
    readonly executors: Readonly<Record<string, KubernetesExecutorConfig>>
  }
}

export interface PipelineConfig {
  /** How long the whole run may take, in seconds; since server 2.17. */
  readonly activeDeadlineSeconds?: number
  /** After how many seconds the workflow of a finished run is deleted; since server 2.17. */
  readonly resourceTtlOnCompletion?: number
  /** The same in servers 2.14 to 2.16. */
  readonly resourceTtl?: number
}

export interface KubernetesExecutorConfig {
  readonly secretAsEnv?: readonly SecretAsEnv[]
  readonly configMapAsEnv?: readonly ConfigMapAsEnv[]
  readonly nodeSelector?: { readonly labels: Readonly<Record<string, string>> }
  readonly tolerations?: readonly Toleration[]
  readonly podMetadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never'
  readonly imagePullSecret?: readonly { readonly secretNameParameter: TaskInputParameter }[]
  readonly activeDeadlineSeconds?: Int64
  readonly emptyDirMounts?: readonly EmptyDirMount[]
  /** Since server 2.18. */
  readonly initContainers?: readonly InitContainer[]
}

export interface SecretAsEnv {
  readonly secretNameParameter: TaskInputParameter
  readonly keyToEnv: readonly { readonly secretKey: string; readonly envVar: string }[]
  /** Since server 2.15. */
  readonly optional?: boolean
}

export interface ConfigMapAsEnv {
  readonly configMapNameParameter: TaskInputParameter
  readonly keyToEnv: readonly { readonly configMapKey: string; readonly envVar: string }[]
  /** Since server 2.15. */
  readonly optional?: boolean
}

export interface Toleration {
  readonly key?: string
  readonly operator?: 'Equal' | 'Exists'
  readonly value?: string
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
  readonly tolerationSeconds?: Int64
}

export interface EmptyDirMount {
  readonly volumeName: string
  readonly mountPath: string
  readonly medium?: 'Memory'
  readonly sizeLimit?: string
}

/** A container that runs before the task's own, or, when it is always restarted, beside it. */
export interface InitContainer {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly volumeMounts?: readonly { readonly volumeName: string; readonly mountPath: string }[]
  readonly restartPolicy?: 'Always'
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>
    readonly limits?: Readonly<Record<string, string>>
  }
}

/** How a specification stands in a run: alone, or with what Kubernetes needs. */
export type PipelineSource =
  | PipelineSpec
  | { readonly pipeline_spec: PipelineSpec; readonly platform_spec: PlatformSpec }
