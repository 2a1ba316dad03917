/** Drivers by the time of their next decision, then by number: a binary heap of one number each. */
export class DriverQueue {
  readonly #heap: Float64Array
  readonly #drivers: number
  #size = 0

  /** @param drivers how many there are; each is in the queue at most once. */
  constructor(drivers: number) {
    this.#heap = new Float64Array(drivers)
    this.#drivers = drivers
  }

  get size(): number {
    return this.#size
  }

  push(time: number, driver: number): void {
    // Time and number in one key: both are whole, and a double holds 2^53.
    const key = time * this.#drivers + driver
    let i = this.#size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if ((this.#heap[parent] as number) <= key) break
      this.#heap[i] = this.#heap[parent] as number
      i = parent
    }
    this.#heap[i] = key
  }

  /** Takes out the next driver: `time * drivers + driver`. */
  pop(): number {
    const top = this.#heap[0] as number
    const key = this.#heap[--this.#size] as number
    let i = 0
    for (let child = 1; child < this.#size; child = 2 * i + 1) {
      const right = child + 1
      if (right < this.#size && (this.#heap[right] as number) < (this.#heap[child] as number)) child = right
      if ((this.#heap[child] as number) >= key) break
      this.#heap[i] = this.#heap[child] as number
      i = child
    }
    this.#heap[i] = key
    return top
  }
}
