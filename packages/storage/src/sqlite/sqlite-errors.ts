import { isTuneError, TuneError, type TuneErrorCode } from '@tune/core'

/** SQLite's primary result codes (sqlite.org/rescode.html) that a user can do something about. */
const KNOWN: Readonly<Record<number, readonly [TuneErrorCode, string]>> = {
  5: ['STORAGE_UNAVAILABLE', 'another process holds its lock for too long'],
  8: ['STORAGE_READ_ONLY', 'it cannot be written; make the file and its folder writable'],
  10: ['STORAGE_FAILED', 'the disk failed to read or write it'],
  11: ['STORAGE_CORRUPT', 'it is damaged; restore it from a copy'],
  13: ['STORAGE_FULL', 'its disk is full; free some space and go on'],
  14: ['STORAGE_UNAVAILABLE', 'it cannot be opened; does its folder exist?'],
  19: ['STORAGE_CONFLICT', 'another client made the same row first'],
  26: ['STORAGE_CORRUPT', 'it is no SQLite database'],
}

/** What a failure of SQLite means, in one line that names the file. */
export function sqliteError(error: unknown, path: string): unknown {
  if (isTuneError(error) || !(error instanceof Error) || !('errcode' in error)) return error
  const { errcode } = error as Error & { errcode: number }
  const [code, meaning] = KNOWN[errcode & 0xff] ?? (['STORAGE_FAILED', error.message] as const)
  return new TuneError(code, `SQLite file ${path}: ${meaning}`, { path, errcode }, error)
}
