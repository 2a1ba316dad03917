import type { ConfigMapAsEnv, KubernetesExecutorConfig, SecretAsEnv } from '@tune/kfp/api'

/** Text by key, as a secret or a config map has it. */
export type Entries = Readonly<Record<string, string>>

/** What pods find around them. */
export interface Cluster {
  /** By name. */
  readonly secrets: Readonly<Record<string, Entries>>
  /** By name. */
  readonly configMaps: Readonly<Record<string, Entries>>
  /** What every pod has in its environment. */
  readonly environment: Entries
}

/**
 * The environment of a pod.
 *
 * @throws Error a secret, a config map or one of its keys that there is not; a real cluster waits for it
 */
export function podEnvironment(
  { secrets, configMaps, environment }: Cluster,
  { secretAsEnv = [], configMapAsEnv = [] }: KubernetesExecutorConfig = {},
): Entries {
  return Object.fromEntries([
    ...Object.entries(environment),
    ...configMapAsEnv.flatMap((from) => variables('configmap', configMaps, named(from), from.optional)),
    ...secretAsEnv.flatMap((from) => variables('secret', secrets, named(from), from.optional)),
  ])
}

interface Named {
  readonly name: string
  /** The variable for each key. */
  readonly keys: readonly (readonly [key: string, variable: string])[]
}

function named(from: SecretAsEnv | ConfigMapAsEnv): Named {
  const input = 'secretNameParameter' in from ? from.secretNameParameter : from.configMapNameParameter
  const name = 'runtimeValue' in input ? input.runtimeValue.constant : undefined
  if (typeof name !== 'string')
    throw new Error('CreateContainerConfigError: the name of a secret or config map must be a constant')
  if ('secretNameParameter' in from)
    return { name, keys: from.keyToEnv.map(({ secretKey, envVar }) => [secretKey, envVar]) }
  return { name, keys: from.keyToEnv.map(({ configMapKey, envVar }) => [configMapKey, envVar]) }
}

function variables(
  kind: string,
  all: Readonly<Record<string, Entries>>,
  { name, keys }: Named,
  optional = false,
): readonly (readonly [string, string])[] {
  return keys.flatMap(([key, variable]) => {
    const value = all[name]?.[key]
    if (value !== undefined) return [[variable, value]]
    if (optional) return []
    const what =
      all[name] === undefined ? `${kind} "${name}" not found` : `no key ${key} in ${kind} "${name}"`
    throw new Error(`CreateContainerConfigError: ${what}`)
  })
}
