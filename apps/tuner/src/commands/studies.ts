import { redactStorageUrl } from '@tune/storage'
import { table } from '../text/format.ts'
import { say } from '../text/output.ts'
import { openExistingStorage } from '../wiring.ts'

/** Lists the studies of a storage. */
export async function listStudies(url: string): Promise<void> {
  await using storage = await openExistingStorage(url)
  const studies = await storage.listStudies()
  if (studies.length === 0) return say(`No studies in ${redactStorageUrl(url)}.`)
  say(
    table([['study', 'direction'], ...studies.map(({ name, directions }) => [name, directions.join(', ')])]),
  )
}
