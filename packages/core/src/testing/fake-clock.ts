import type { Clock } from '../clock/clock.ts'

interface Timer {
  due: number
  readonly period: number | undefined
  readonly fire: () => void
}

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  #now = 1_700_000_000_000
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.add({ due: this.#now + ms, period: undefined, fire: resolve })
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  every(ms: number, task: () => void): Disposable {
    const timer = { due: this.#now + ms, period: ms, fire: task }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }

  /** Lets that much time pass, and what is due on the way happen, each thing at its time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.due
      if (next.period === undefined) this.#timers.delete(next)
      else next.due += next.period
      next.fire()
      // What was set off runs to its next wait before more time passes.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#now = end
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
  }
}
