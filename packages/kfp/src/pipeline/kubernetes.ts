import type { EmptyDirMount, InitContainer, Toleration } from '../api/index.ts'
import type { Container } from './container.ts'

/** How Kubernetes runs the pod of a component. */
export interface KubernetesOptions {
  /** Environment variables from secrets, by name of the variable. Servers from 2.5. */
  readonly secretEnv?: Readonly<Record<string, SecretKey>>
  /** Environment variables from config maps, by name of the variable. Servers from 2.5. */
  readonly configMapEnv?: Readonly<Record<string, ConfigMapKey>>
  /** The labels of the nodes to run on. */
  readonly nodeSelector?: Readonly<Record<string, string>>
  /** The taints of nodes that do not matter. Servers from 2.1, like all that follow where nothing else is said. */
  readonly tolerations?: readonly NodeToleration[]
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never'
  /** Names of secrets. Servers from 2.5. */
  readonly imagePullSecrets?: readonly string[]
  /** How long one attempt may take, in seconds. */
  readonly deadlineSeconds?: number
  /** Folders that the containers of the pod share. Servers from 2.3. */
  readonly emptyDirs?: readonly EmptyDirMount[]
  /** Containers that run beside the task's own, for as long as that one runs. Servers from 2.18. */
  readonly sidecars?: readonly Sidecar[]
}

export interface SecretKey {
  readonly secret: string
  readonly key: string
  /** Whether the task runs where there is no such secret or key; servers from 2.15. Default false. */
  readonly optional?: boolean
}

export interface ConfigMapKey {
  readonly configMap: string
  readonly key: string
  /** Whether the task runs where there is no such config map or key; servers from 2.15. Default false. */
  readonly optional?: boolean
}

export type NodeToleration = Omit<Toleration, 'tolerationSeconds'> & { readonly tolerationSeconds?: number }

/**
 * A native sidecar: an init container that is always restarted, on Kubernetes from 1.29. It starts before the
 * task's container, but may not answer yet when that one first calls: retry the first connection.
 */
export interface Sidecar extends Container {
  readonly name: string
  readonly volumeMounts?: InitContainer['volumeMounts']
}
