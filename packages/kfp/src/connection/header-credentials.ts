import type { Credentials } from './connection.ts'

/**
 * Headers that never change: the session cookie of a gateway as `{ cookie: 'authservice_session=…' }`, or the user
 * as `{ 'kubeflow-userid': 'user@example.org' }` where nothing stands before the server.
 */
export function headerCredentials(headers: Readonly<Record<string, string>>): Credentials {
  const authorization = Promise.resolve({ headers })
  return { authorize: () => authorization }
}
