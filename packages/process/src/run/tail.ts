import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

const CHUNK = 65_536
const buffer = Buffer.allocUnsafe(CHUNK)

/** Reads what a file gains, a piece at a time: never more than one piece is in memory. */
export class Tail implements Disposable {
  readonly #path: string
  readonly #decoder = new StringDecoder('utf8')
  #file: number | undefined
  #position = 0

  constructor(path: string) {
    this.#path = path
  }

  /** The next piece; nothing where there is no more for now, or no file yet. */
  read(): string {
    if (this.#file === undefined) {
      try {
        this.#file = openSync(this.#path, 'r')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
        throw error
      }
    }
    const length = readSync(this.#file, buffer, 0, CHUNK, this.#position)
    this.#position += length
    return this.#decoder.write(buffer.subarray(0, length))
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
