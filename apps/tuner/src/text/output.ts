import { styleText } from 'node:util'
import type { Finding } from '@tune/storage'
import type { Logger } from 'pino'
import { type Fields, jsonLog, plain } from './log.ts'
import { printable } from './printable.ts'

const gone = new AbortController()

/** Aborts when whoever read the output is gone, as in `tuner show … | head`. What is said then is heard by nobody. */
export const readerGone: AbortSignal = gone.signal

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  gone.abort()
})

let log: Logger | undefined

/** From now on what is said is a log of JSON, one object a line. */
export async function logAsJson(): Promise<void> {
  log = await jsonLog(write, (line) => process.stderr.write(line))
}

/** Whether what is said is a log. */
export function isLog(): boolean {
  return log !== undefined
}

/** Says a line to the user. @param fields what a log says besides */
export function say(text = '', fields: Fields = {}): void {
  if (log === undefined) return write(`${printable(text)}\n`)
  const message = plain(text)
  if (message !== '') log.info(fields, message)
}

/** Writes to standard output as it is. */
export function write(text: string): void {
  if (!gone.signal.aborted) process.stdout.write(text)
}

/** Says a line about what went wrong and ends nothing. */
export function warn(text: string): void {
  if (log === undefined) process.stderr.write(`tuner: ${printable(text)}\n`)
  else log.warn(plain(text))
}

/** Says why the program ends. @param fields what a log says besides */
export function fail(text: string, fields: Fields = {}): void {
  if (log === undefined) warn(text)
  else log.error(fields, plain(text))
}

export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const green = (text: string): string => styleText('green', text)
export const red = (text: string): string => styleText('red', text)
export const yellow = (text: string): string => styleText('yellow', text)

const marks = { ok: green('ok     '), warning: yellow('warning'), error: red('error  ') } as const

/** What was looked at, and how it is. */
export function findingLine({ about, level, text }: Finding): string {
  return `  ${marks[level]}  ${about.padEnd(11)}  ${text}`
}
