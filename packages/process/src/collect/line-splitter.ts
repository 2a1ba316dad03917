/** The longest line that is looked at, in characters. What a longer one says is not heard. */
const LONGEST_LINE = 65_536

/** Cuts pieces of text into lines, at line breaks of every kind. A progress bar's carriage return ends a line too. */
export class LineSplitter {
  #rest = ''
  #isTooLong = false

  /** The lines that a piece completes. */
  push(piece: string): readonly string[] {
    const lines = (this.#rest + piece).split(/\r\n|[\r\n]/)
    this.#rest = lines.pop() ?? ''
    if (this.#isTooLong && lines.length > 0) {
      lines.shift()
      this.#isTooLong = false
    }
    if (this.#rest.length > LONGEST_LINE) {
      this.#rest = ''
      this.#isTooLong = true
    }
    return lines
  }

  /** The last line, where it has no line break. */
  end(): readonly string[] {
    return this.#isTooLong || this.#rest === '' ? [] : [this.#rest]
  }
}
