import { readFile } from 'node:fs/promises'
import { TuneError } from '@tune/core'

/**
 * What is in a file, without the line break at its end.
 *
 * @param what it is, for errors: `token`.
 * @throws TuneError KFP_CONNECTION it cannot be read, or is empty
 */
export async function secretFrom(
  path: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  let text: string
  try {
    text = (await readFile(path, { encoding: 'utf8', signal })).trim()
  } catch (error) {
    signal?.throwIfAborted()
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new TuneError(
      'KFP_CONNECTION',
      `${what} file '${path}': it cannot be read (${reason})`,
      { path },
      error,
    )
  }
  if (text === '') throw new TuneError('KFP_CONNECTION', `${what} file '${path}': it is empty`, { path })
  return text
}
