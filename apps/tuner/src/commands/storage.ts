import { checkStorage, openStorage, redactStorageUrl } from '@tune/storage'
import { bold, findingLine, say } from '../text/output.ts'

/** Looks whether a tuner can work with a storage. @returns whether it can */
export async function showCheck(url: string): Promise<boolean> {
  const findings = await checkStorage(url)
  say(bold(redactStorageUrl(url)))
  for (const finding of findings) say(findingLine(finding))
  return findings.every(({ level }) => level !== 'error')
}

/** Brings a storage's tables to what this version needs. */
export async function upgradeStorage(url: string): Promise<void> {
  const changes: string[] = []
  await using _storage = await openStorage(url, { onChange: (what) => changes.push(what) })
  say(changes.length === 0 ? 'Nothing to do: it is up to date.' : `Made: ${changes.join(', ')}.`)
}
