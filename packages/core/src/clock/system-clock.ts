import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './clock.ts'

/** The machine's own clock. The only place where the time of day is read. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? undefined : { signal })
    } catch {
      // Aborted: the sleeper asked to be woken.
    }
  },
  every: (ms, task) => {
    const timer = setInterval(task, ms).unref()
    return { [Symbol.dispose]: () => clearInterval(timer) }
  },
}
