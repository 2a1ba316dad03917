/** Small numbers, each for one holder at a time: the lowest that is free. */
export class Slots {
  readonly #holders = new Map<number, number>()

  /** @param kept what the holder had before, and keeps whoever else has it. */
  take(kept?: number): number {
    let slot = kept ?? 0
    if (kept === undefined) while (this.#holders.has(slot)) slot++
    this.#holders.set(slot, (this.#holders.get(slot) ?? 0) + 1)
    return slot
  }

  free(slot: number): void {
    const left = (this.#holders.get(slot) ?? 0) - 1
    if (left > 0) this.#holders.set(slot, left)
    else this.#holders.delete(slot)
  }
}
