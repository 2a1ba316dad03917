/** The longest time that a timer of Node knows: a longer one fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Calls `task` once after a time of any length, unless disposed before; `Infinity` is never, and a time that is past
 * is at once.
 *
 * @param keepsAlive whether the process lives on for it. Default: true.
 */
export function after(ms: number, task: () => void, keepsAlive = true): Disposable {
  let timer: NodeJS.Timeout
  const wait = (left: number) => {
    const part = Math.min(Math.max(left, 0), LONGEST_MS)
    timer = setTimeout(() => (left > part ? wait(left - part) : task()), part)
    if (!keepsAlive) timer.unref()
  }
  wait(ms)
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}
