import type { KubeConfig } from '@kubernetes/client-node'
import { type Clock, systemClock, TuneError } from '@tune/core'
import type { Authorization, Credentials } from './connection.ts'
import { type KubeconfigOptions, loadKubeconfig } from './kubeconfig-connection.ts'

/** Whom a token must be meant for, so that Kubeflow Pipelines takes it. */
const AUDIENCE = 'pipelines.kubeflow.org'

/** For which share of its life a token is used. */
const USED_SHARE = 0.8

export interface ServiceAccountTokenOptions extends Pick<KubeconfigOptions, 'path' | 'context'> {
  readonly namespace: string
  readonly serviceAccount: string
  /** For how long to ask, in seconds; the cluster may give less. Default 3600. */
  readonly lifetimeSeconds?: number
  readonly clock?: Clock
}

/**
 * A service account, by tokens that the Kubernetes API server makes on request for Kubeflow Pipelines alone. A token
 * is used for four fifths of its life. Needs the right to `create` `serviceaccounts/token`.
 */
export function serviceAccountToken(options: ServiceAccountTokenOptions): Credentials {
  const { clock = systemClock } = options
  let current: { readonly authorization: Authorization; readonly until: number } | undefined
  return {
    authorize: async (renew) => {
      if (renew || current === undefined || clock.now() >= current.until)
        current = await request(options, clock)
      return current.authorization
    },
  }
}

async function request(options: ServiceAccountTokenOptions, clock: Clock) {
  const { namespace, serviceAccount, lifetimeSeconds = 3600 } = options
  const config = await loadKubeconfig(options)
  const asked = clock.now()
  const { token, expires } = await create(config, namespace, serviceAccount, lifetimeSeconds)
  return {
    authorization: { headers: { authorization: `Bearer ${token}` } },
    until: asked + USED_SHARE * (expires - asked),
  }
}

async function create(config: KubeConfig, namespace: string, name: string, expirationSeconds: number) {
  const { CoreV1Api } = await import('@kubernetes/client-node')
  const spec = { audiences: [AUDIENCE], expirationSeconds }
  const where = `token of service account '${namespace}/${name}'`
  try {
    const api = config.makeApiClient(CoreV1Api)
    const { status } = await api.createNamespacedServiceAccountToken({ name, namespace, body: { spec } })
    const expires = status?.expirationTimestamp?.getTime()
    if (expires !== undefined && status?.token) return { token: status.token, expires }
  } catch (error) {
    // Without its cause, which holds the whole exchange.
    const reason =
      error instanceof Error && 'code' in error ? `answered ${String(error.code)}` : 'was not reached'
    throw new TuneError('KFP_CONNECTION', `${where}: the Kubernetes API server ${reason}`, {
      namespace,
      name,
    })
  }
  throw new TuneError('KFP_CONNECTION', `${where}: the Kubernetes API server gave none`, { namespace, name })
}
