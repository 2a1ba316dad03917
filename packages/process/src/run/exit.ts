import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { readEnd } from './read-text.ts'
import { FILES } from './run-folder.ts'

/** Why a run that is over came to no good end. */
export interface RunFailure {
  readonly failure: string
  readonly retry?: boolean
}

/** The exit code that was written down; `undefined` where there is none. */
export function exitCode(folder: string): number | undefined {
  const text = readEnd(join(folder, FILES.exit), 16)
  return text.endsWith('\n') ? Number(text) : undefined
}

/** Why a run that is over came to no good end; `undefined` where it came to one. */
export function runFailure(folder: string, code: number | undefined): RunFailure | undefined {
  if (code === 0) return undefined
  if (existsSync(join(folder, FILES.stopped))) return { failure: 'it was stopped', retry: false }
  const said = lastWords(join(folder, FILES.stderr))
  return { failure: said === '' ? named(code) : `${named(code)}: ${said}` }
}

function named(code: number | undefined): string {
  if (code === undefined) return 'it was killed, or the machine restarted: there is no exit code'
  if (code === 127) return 'exit code 127, no such command'
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? []
  if (signal === undefined) return `exit code ${code}`
  return signal === 'SIGKILL' ? 'SIGKILL, as where memory runs out' : signal
}

/** How much of what a run said last is looked at, in bytes, and told, in characters. */
const LOOKED_AT = 4096
const MOST_WORDS = 300

/** The last line of a file that says something. */
function lastWords(path: string): string {
  const lines = readEnd(path, LOOKED_AT).split(/[\r\n]+/)
  return (lines.findLast((line) => line.trim() !== '') ?? '').trim().slice(0, MOST_WORDS)
}
