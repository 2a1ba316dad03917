import type { Credentials } from './connection.ts'
import { secretFrom } from './secret-file.ts'

/** A bearer token in a file that somebody keeps fresh, such as a projected volume. It is read for every request. */
export function tokenFile(path: string): Credentials {
  return {
    authorize: async (_, signal) => ({
      headers: { authorization: `Bearer ${await secretFrom(path, 'token', signal)}` },
    }),
  }
}
