import type { Credentials } from './connection.ts'
import { secretFrom } from './secret-file.ts'

/**
 * Headers that never change: the session cookie of a gateway as `{ cookie: 'authservice_session=…' }`, or the user
 * as `{ 'kubeflow-userid': 'user@example.org' }` where nothing stands before the server.
 */
export function headerCredentials(headers: Readonly<Record<string, string>>): Credentials {
  const authorization = Promise.resolve({ headers })
  return { authorize: () => authorization }
}

/** A header whose value is in a file that somebody keeps fresh. It is read for every request. */
export function headerFile(name: string, path: string): Credentials {
  return {
    authorize: async (_, signal) => ({
      headers: { [name]: await secretFrom(path, `header '${name}'`, signal) },
    }),
  }
}
