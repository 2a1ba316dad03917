import { after } from './after.ts'
import type { Clock } from './clock.ts'

/** The machine's own clock. The only place where the time of day is read. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (signal?.aborted === true) return Promise.resolve()
    const timer = after(ms, resolve)
    const wake = () => resolve()
    signal?.addEventListener('abort', wake, { once: true })
    return promise.finally(() => {
      timer[Symbol.dispose]()
      signal?.removeEventListener('abort', wake)
    })
  },
  every: (ms, task) => {
    let timer: Disposable
    const wait = () => {
      timer = after(ms, again, false)
    }
    const again = () => {
      wait()
      task()
    }
    wait()
    return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
  },
}
