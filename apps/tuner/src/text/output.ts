import { styleText } from 'node:util'
import type { Finding } from '@tune/storage'
import { printable } from './printable.ts'

const gone = new AbortController()

/** Aborts when whoever read the output is gone, as in `tuner show … | head`. What is said then is heard by nobody. */
export const readerGone: AbortSignal = gone.signal

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  gone.abort()
})

/** Writes a line for the user. */
export function say(text = ''): void {
  write(`${printable(text)}\n`)
}

/** Writes to standard output as it is. */
export function write(text: string): void {
  if (!gone.signal.aborted) process.stdout.write(text)
}

/** Writes a line about what went wrong and ends nothing. */
export function warn(text: string): void {
  process.stderr.write(`tuner: ${printable(text)}\n`)
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
