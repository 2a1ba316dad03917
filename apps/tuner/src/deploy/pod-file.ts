import { type Document, parseDocument } from 'yaml'
import { ConfigError } from '../config/config-error.ts'
import { DATE_VARIABLES, dateVariables } from '../config/date-variables.ts'
import { fillEnvironment } from '../config/environment.ts'
import type { Issue } from '../config/issue.ts'
import { parseConfig } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import type { DeployConfig } from './deploy-config.ts'
import { literalSecret } from './literal-secret.ts'

/** A study's file as the tuner reads it in its pod. */
export interface PodFile {
  readonly text: string
  /** What it says, where a secret is only known to the cluster with something in its place. */
  readonly config: StudyConfig
}

/** Says who asks on this machine; a pod asks as itself. */
const OF_THIS_MACHINE = ['tokenFile', 'tokenRequest', 'kubeconfig', 'headers', 'metadata']

/**
 * Makes the file that a pod can read of one that this machine can.
 *
 * @param path how errors name the file.
 * @throws ConfigError: it holds a secret, names a variable that the pod does not have, or a storage that it cannot reach
 */
export function podFile(text: string, path: string, deploy: DeployConfig): PodFile {
  const document = parseDocument(text, { merge: true })
  const fail = ({ path: at, message }: Issue): never => {
    throw new ConfigError(`${path}: ${at.join('.')}: ${message}`)
  }
  document.setIn(['kfp', 'endpoint'], deploy.endpoint)
  if (deploy.endpoint === 'in-cluster') for (const key of OF_THIS_MACHINE) document.deleteIn(['kfp', key])
  const secret = literalSecret(document)
  if (secret !== undefined) fail(secret)
  const environment = podEnvironment(deploy)
  const missing = fillEnvironment(
    document.clone(),
    { ...dateVariables(document, 0), ...environment },
    (name) =>
      `in its pod there is no environment variable ${name}; say in deploy.pods which secret it is (secretEnv), which config map (configMapEnv), or what (env)`,
  )
  if (missing !== undefined) fail(missing)
  const storage = storageIssue(document, environment)
  if (storage !== undefined) fail(storage)
  const sent = document.toString({ lineWidth: 0 })
  return { text: sent, config: parseConfig(sent, path, environment) }
}

/** The environment of the pod, with something in the place of what only the cluster knows. */
export function podEnvironment({ pods = {} }: DeployConfig): Readonly<Record<string, string>> {
  const { env = {}, secretEnv = {}, configMapEnv = {} } = pods
  return { ...unknown([...Object.keys(secretEnv), ...Object.keys(configMapEnv)]), ...env }
}

/** Something in the place of values that are not known here; a URL, where one is wanted. */
export function unknown(names: readonly string[]): Readonly<Record<string, string>> {
  const secrets = names.filter((name) => !DATE_VARIABLES.includes(name))
  return Object.fromEntries(secrets.map((name) => [name, `https://${name}.invalid`]))
}

function storageIssue(document: Document, environment: Readonly<Record<string, string>>): Issue | undefined {
  const written = document.get('storage') ?? environment['TUNE_STORAGE']
  if (typeof written === 'string' && !written.startsWith('sqlite:')) return undefined
  const what = written === undefined ? 'it is missing' : 'it is a file, which ends with its pod'
  return {
    path: ['storage'],
    message: `${what}; it must be a database that the pod can reach, as mysql://user:\${MYSQL_PASSWORD}@mysql/tune`,
  }
}
