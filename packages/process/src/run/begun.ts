import { join } from 'node:path'
import { host, type ProcessIdentity } from './identity.ts'
import { processTable } from './process-table.ts'
import { readEnd } from './read-text.ts'
import { FILES } from './run-folder.ts'

/** More than a description of a process is long, in bytes. */
const MOST = 4096

/** The process that runs the command of a folder, by what it wrote down of itself; `undefined` where none has begun. */
export function begunIn(folder: string): ProcessIdentity | undefined {
  const text = readEnd(join(folder, FILES.process), MOST)
  const [, boot, description] = /^(\S+) (.+)\n$/s.exec(text) ?? []
  if (boot === undefined || description === undefined) return undefined
  const { pid, start } = processTable.parse(description)
  return { host, boot, pid, start }
}
