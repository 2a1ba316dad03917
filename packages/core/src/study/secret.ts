import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'

/**
 * A value that decides what is measured and that nobody may read, such as the address of a private data set: in a
 * study's objective it is kept as a hash, keyed by the study's identity.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** A hash by which the value can be told from another one, in one study. */
  hash(key: string): string {
    return `hmac-sha256:${createHmac('sha256', key).update(this.#value).digest('hex')}`
  }

  toJSON(): string {
    return '***'
  }

  toString(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
