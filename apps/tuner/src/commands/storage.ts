import { checkStorage, openStorage, redactStorageUrl } from '@tune/storage'
import { bold, green, red, say, yellow } from '../text/output.ts'

const MARKS = { ok: green('ok     '), warning: yellow('warning'), error: red('error  ') } as const

/** Looks whether a tuner can work with a storage. @returns whether it can */
export async function showCheck(url: string): Promise<boolean> {
  const findings = await checkStorage(url)
  say(bold(redactStorageUrl(url)))
  for (const { about, level, text } of findings) say(`  ${about.padEnd(11)}  ${MARKS[level]}  ${text}`)
  return findings.every(({ level }) => level !== 'error')
}

/** Brings a storage's tables to what this version needs. */
export async function upgradeStorage(url: string): Promise<void> {
  const changes: string[] = []
  await using _storage = await openStorage(url, { onChange: (what) => changes.push(what) })
  say(changes.length === 0 ? 'Nothing to do: it is up to date.' : `Made: ${changes.join(', ')}.`)
}
