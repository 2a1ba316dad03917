/** Lets a few of many have their turn, each as often as the others. */
export class Turns {
  readonly #atOnce: number
  /** When each had its last turn. */
  readonly #last = new Map<string, number>()
  #turns = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** Those whose turn it is: who waits longest. */
  next(all: readonly string[]): ReadonlySet<string> {
    for (const id of this.#last.keys()) if (!all.includes(id)) this.#last.delete(id)
    const since = (id: string) => this.#last.get(id) ?? 0
    const chosen = all.toSorted((a, b) => since(a) - since(b)).slice(0, this.#atOnce)
    for (const id of chosen) this.#last.set(id, ++this.#turns)
    return new Set(chosen)
  }
}
