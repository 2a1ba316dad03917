import { isTuneError } from '@tune/core'
import type { Issue } from '../../config/issue.ts'

/** What a check says that throws. @param before what its message begins with, which the path says already */
export function* told(path: Issue['path'], check: () => unknown, before = 'pattern: '): Generator<Issue> {
  try {
    check()
  } catch (error) {
    if (!isTuneError(error)) throw error
    yield { path, message: error.message.replace(before, '') }
  }
}
