import {
  type Connection,
  type Credentials,
  headerCredentials,
  headerFile,
  inClusterConnection,
  kubeconfigConnection,
  serviceAccountToken,
  tokenFile,
  urlConnection,
} from '@tune/kfp'
import type { KfpConfig } from './kfp-config.ts'

/** How the server that a file names is reached, and who asks. */
export async function connectionOf(kfp: KfpConfig): Promise<Connection> {
  const { endpoint, service = {}, kubeconfig = {} } = kfp
  const credentials = [...credentialsOf(kfp)]
  const { name, namespace, port } = service
  const where = {
    ...(name !== undefined && { service: name }),
    ...(namespace !== undefined && { namespace }),
    ...(port !== undefined && { port }),
  }
  // Where nobody says who asks, a pod has its own token.
  if (endpoint === 'in-cluster')
    return inClusterConnection({ ...where, ...(credentials.length > 0 && { credentials }) })
  if (endpoint === 'kubeconfig')
    return kubeconfigConnection({ ...where, ...clusterOf(kubeconfig), credentials })
  return urlConnection(endpoint, ...credentials)
}

function* credentialsOf({
  tokenFile: path,
  tokenRequest,
  headers = {},
  kubeconfig = {},
}: KfpConfig): Generator<Credentials> {
  for (const [name, value] of Object.entries(headers))
    yield typeof value === 'string' ? headerCredentials({ [name]: value }) : headerFile(name, value.file)
  if (tokenRequest !== undefined) yield serviceAccountToken({ ...clusterOf(kubeconfig), ...tokenRequest })
  if (path !== undefined) yield tokenFile(path)
}

function clusterOf({ path, context }: NonNullable<KfpConfig['kubeconfig']>) {
  return { ...(path !== undefined && { path }), ...(context !== undefined && { context }) }
}
