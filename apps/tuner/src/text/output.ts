import { styleText } from 'node:util'
import { printable } from './printable.ts'

/** Writes a line for the user. */
export function say(text = ''): void {
  process.stdout.write(`${printable(text)}\n`)
}

export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const green = (text: string): string => styleText('green', text)
export const red = (text: string): string => styleText('red', text)
export const yellow = (text: string): string => styleText('yellow', text)
