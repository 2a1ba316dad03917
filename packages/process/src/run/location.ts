import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { host } from './identity.ts'

/**
 * What runs in this folder are bound to: this machine, and these files. Made up the first time, and kept in the folder;
 * another machine that sees the same folder is another location, and so is a folder that was deleted.
 */
export function locationOf(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `.location-${host}`)
  try {
    writeFileSync(path, `${host} ${randomUUID()}`, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8')
}
