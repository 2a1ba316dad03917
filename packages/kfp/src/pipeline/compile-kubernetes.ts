import type { ConfigMapAsEnv, InitContainer, KubernetesExecutorConfig, SecretAsEnv } from '../api/index.ts'
import { environment } from './compile-container.ts'
import type { ConfigMapKey, KubernetesOptions, NodeToleration, SecretKey, Sidecar } from './kubernetes.ts'
import { type Feature, requireFeature, type ServerVersion } from './server-version.ts'

/** @throws TuneError KFP_UNSUPPORTED_VERSION */
export function compileKubernetes(
  options: KubernetesOptions,
  server: ServerVersion,
  where: string,
): KubernetesExecutorConfig {
  checkFeatures(options, (feature) => requireFeature(feature, server, where))
  const { secretEnv, configMapEnv, nodeSelector, tolerations, labels, annotations } = options
  const { imagePullPolicy, imagePullSecrets, deadlineSeconds, emptyDirs, sidecars } = options
  return {
    ...(secretEnv && { secretAsEnv: Object.entries(secretEnv).map(secretAsEnv) }),
    ...(configMapEnv && { configMapAsEnv: Object.entries(configMapEnv).map(configMapAsEnv) }),
    ...(nodeSelector && { nodeSelector: { labels: nodeSelector } }),
    ...(tolerations && { tolerations: tolerations.map(toleration) }),
    ...((labels || annotations) && {
      podMetadata: { ...(labels && { labels }), ...(annotations && { annotations }) },
    }),
    ...(imagePullPolicy && { imagePullPolicy }),
    ...(imagePullSecrets && {
      imagePullSecret: imagePullSecrets.map((name) => ({ secretNameParameter: constant(name) })),
    }),
    ...(deadlineSeconds !== undefined && { activeDeadlineSeconds: String(deadlineSeconds) }),
    ...(emptyDirs && { emptyDirMounts: emptyDirs }),
    ...(sidecars && { initContainers: sidecars.map(initContainer) }),
  }
}

function checkFeatures(options: KubernetesOptions, needs: (feature: Feature) => void): void {
  const { secretEnv = {}, configMapEnv = {}, imagePullSecrets = [], emptyDirs, sidecars } = options
  const { tolerations, labels, annotations, imagePullPolicy, deadlineSeconds } = options
  if (tolerations || labels || annotations || imagePullPolicy || deadlineSeconds !== undefined)
    needs('settings of the pod')
  if (emptyDirs) needs('a folder shared by containers')
  const references = [...Object.values(secretEnv), ...Object.values(configMapEnv)]
  if (references.length + imagePullSecrets.length > 0) needs('a secret or config map')
  if (references.some(({ optional }) => optional)) needs('an optional secret or config map')
  if (sidecars) needs('a native sidecar')
}

function constant(value: string) {
  return { runtimeValue: { constant: value } }
}

function secretAsEnv([envVar, { secret, key, optional }]: [string, SecretKey]): SecretAsEnv {
  return {
    secretNameParameter: constant(secret),
    keyToEnv: [{ secretKey: key, envVar }],
    ...(optional && { optional }),
  }
}

function configMapAsEnv([envVar, { configMap, key, optional }]: [string, ConfigMapKey]): ConfigMapAsEnv {
  return {
    configMapNameParameter: constant(configMap),
    keyToEnv: [{ configMapKey: key, envVar }],
    ...(optional && { optional }),
  }
}

function toleration({ tolerationSeconds, ...toleration }: NodeToleration) {
  return {
    ...toleration,
    ...(tolerationSeconds !== undefined && { tolerationSeconds: String(tolerationSeconds) }),
  }
}

function initContainer({ name, image, command, args, env, resources, volumeMounts }: Sidecar): InitContainer {
  return {
    name,
    image,
    ...(command && { command }),
    ...(args && { args }),
    ...(env && { env: environment(env) }),
    ...(volumeMounts && { volumeMounts }),
    ...(resources && { resources }),
    restartPolicy: 'Always',
  }
}
