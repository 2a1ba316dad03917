import { readFile } from 'node:fs/promises'
import { TuneError } from '@tune/core'
import type { Credentials } from './connection.ts'

/** A bearer token in a file that somebody keeps fresh, such as a projected volume. It is read for every request. */
export function tokenFile(path: string): Credentials {
  return {
    authorize: async (_, signal) => {
      const token = await readToken(path, signal)
      if (token === '') throw new TuneError('KFP_CONNECTION', `token file '${path}': it is empty`, { path })
      return { headers: { authorization: `Bearer ${token}` } }
    },
  }
}

async function readToken(path: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    return (await readFile(path, { encoding: 'utf8', signal })).trim()
  } catch (error) {
    signal?.throwIfAborted()
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new TuneError(
      'KFP_CONNECTION',
      `token file '${path}': it cannot be read (${reason})`,
      { path },
      error,
    )
  }
}
