import type { KubeConfig } from '@kubernetes/client-node'
import { TuneError } from '@tune/core'
import type { Dispatcher } from 'undici'
import type { Authorization, Connection, Credentials } from './connection.ts'
import { urlConnection } from './url-connection.ts'

export interface KubeconfigOptions {
  /** Default: what `KUBECONFIG` names, `~/.kube/config`, or the service account of this pod. */
  readonly path?: string
  /** Default: the current one. */
  readonly context?: string
  /** Where Kubeflow Pipelines runs. Default `kubeflow`. */
  readonly namespace?: string
  /** Default `ml-pipeline`. */
  readonly service?: string
  /** Default 8888. */
  readonly port?: number
  /**
   * Who asks, beside the user of the kubeconfig, who is known only to the Kubernetes API server: it hands no
   * `Authorization` on to the service.
   */
  readonly credentials?: readonly Credentials[]
}

/**
 * The server of a cluster that kubectl can reach, through the Kubernetes API server.
 *
 * @throws TuneError KFP_CONNECTION no such file, context or cluster
 */
export async function kubeconfigConnection(options: KubeconfigOptions = {}): Promise<Connection> {
  const { namespace = 'kubeflow', service = 'ml-pipeline', port = 8888, credentials = [] } = options
  const config = await loadKubeconfig(options)
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw new TuneError(
      'KFP_CONNECTION',
      `kubeconfig: context '${config.getCurrentContext()}' names no cluster`,
    )
  const proxied = (of: string, at: number) =>
    `${cluster.server}/api/v1/namespaces/${namespace}/services/${of}:${at}/proxy`
  const user = new KubeconfigCredentials(config)
  // The proxy hands on HTTP/1.1 only, so that ML Metadata is reached through its Envoy.
  const metadata = urlConnection(proxied('metadata-envoy-service', 9090), ...credentials, user)
  return { ...urlConnection(proxied(service, port), ...credentials, user), metadata: [metadata] }
}

/**
 * Reads a kubeconfig.
 *
 * @throws TuneError KFP_CONNECTION
 */
export async function loadKubeconfig({
  path,
  context,
}: Pick<KubeconfigOptions, 'path' | 'context'>): Promise<KubeConfig> {
  // Loaded late, because it is large and most connections do without.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    if (path === undefined) config.loadFromDefault()
    else config.loadFromFile(path)
  } catch (error) {
    // Without its cause, which quotes the file, and so perhaps a token.
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it is not valid'
    throw new TuneError('KFP_CONNECTION', `kubeconfig '${path ?? 'default'}': ${reason}`, { path })
  }
  if (context === undefined) return config
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name)
    throw new TuneError(
      'KFP_CONNECTION',
      `kubeconfig: no context '${context}'; there are ${known.join(', ')}`,
    )
  }
  config.setCurrentContext(context)
  return config
}

/** The user of a kubeconfig: a certificate, a token, or what a helper program says. */
class KubeconfigCredentials implements Credentials {
  readonly #config: KubeConfig
  #dispatcher: Dispatcher | undefined

  constructor(config: KubeConfig) {
    this.#config = config
  }

  async authorize(renew: boolean): Promise<Authorization> {
    const { HttpMethod, RequestContext } = await import('@kubernetes/client-node')
    const context = new RequestContext('https://kubernetes', HttpMethod.GET)
    try {
      await this.#config.applySecurityAuthentication(context)
    } catch {
      // Without its cause, which may quote what a helper program said.
      const user = this.#config.getCurrentUser()
      const helper = user?.exec?.command ?? user?.authProvider?.name ?? 'certificate or token'
      throw new TuneError('KFP_CONNECTION', `kubeconfig: user '${user?.name}' cannot log in by ${helper}`)
    }
    // Each call makes another one, with sockets of its own: one is kept, until it is refused.
    if (renew || this.#dispatcher === undefined) this.#dispatcher = context.getDispatcher()
    return {
      headers: context.getHeaders(),
      ...(this.#dispatcher && { dispatcher: this.#dispatcher }),
    }
  }
}
