import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { checkStorage, type Finding, redactStorageUrl } from '@tune/storage'
import { missingFile } from '../wiring.ts'
import { look, type Patient } from './finding.ts'

/** Whether the storage can be reached and used. Changes nothing. */
export async function* examineStorage({ config: { storage } }: Patient): AsyncGenerator<Finding> {
  const file = missingFile(storage)
  if (file === undefined) return yield* await checkStorage(storage)
  yield look('connection', () => {
    try {
      accessSync(dirname(file), constants.W_OK)
    } catch {
      throw new Error(`${redactStorageUrl(storage)}: its folder is not there, or may not be written to`)
    }
    return `${redactStorageUrl(storage)}: the first run makes the file`
  })
}
