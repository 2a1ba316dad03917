import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The text of a file, or its last `most` bytes where it is longer; nothing where there is no file. */
export function readEnd(path: string, most: number): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(size, most))
    const length = readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}
