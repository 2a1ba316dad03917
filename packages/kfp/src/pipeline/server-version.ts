import { TuneError } from '@tune/core'

/** What a specification may use that not every server knows, and the first version that does. */
const SINCE = {
  'settings of the pod': '2.1.0',
  'resource requests and limits': '2.3.0',
  'a folder shared by containers': '2.3.0',
  'a limit of parallelism': '2.4.0',
  'a retry policy': '2.4.1',
  'the identity of the run': '2.5.0',
  'a secret or config map': '2.5.0',
  'outputs of a loop': '2.14.0',
  'an exit handler with a final status': '2.14.0',
  'a time to live': '2.14.0',
  'an optional secret or config map': '2.15.0',
  'a deadline of the run': '2.17.0',
  'a native sidecar': '2.18.0',
} as const

export type Feature = keyof typeof SINCE

/** Which server a specification is written for: its version, or undefined when nobody knows, and all is allowed. */
export type ServerVersion = string | undefined

/** Whether the server is of that version or a later one. A server that does not say its version is taken for new. */
export function isAtLeast(server: ServerVersion, version: string): boolean {
  if (server === undefined) return true
  const [have, want] = [parts(server), parts(version)]
  const differs = want.findIndex((part, i) => part !== have[i])
  return differs === -1 || (have[differs] as number) > (want[differs] as number)
}

/** @throws TuneError KFP_UNSUPPORTED_VERSION naming the version that has the feature */
export function requireFeature(feature: Feature, server: ServerVersion, where: string): void {
  const since = SINCE[feature]
  if (isAtLeast(server, since)) return
  throw new TuneError(
    'KFP_UNSUPPORTED_VERSION',
    `${where}: ${feature} needs Kubeflow Pipelines ${since} or later, and the server is ${server}`,
    { feature, since, server },
  )
}

/** @throws TuneError INVALID_ARGUMENT what is no version */
function parts(version: string): readonly number[] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)
  if (match === null)
    throw new TuneError('INVALID_ARGUMENT', `server version '${version}': it must be like 2.14.0`, {
      version,
    })
  return match.slice(1).map((part) => Number(part ?? 0))
}
