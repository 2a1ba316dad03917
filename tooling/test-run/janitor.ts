/** Waits until the test run is over, kills the processes that it has left behind, and removes its folder. */
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const [folder = ''] = process.argv.slice(2)
/** How long the run's own workers may take to end by themselves, in milliseconds. */
const GRACE_MS = 2000

process.stdin.resume()
await once(process.stdin, 'close')
for (let waited = 0; leftBehind().length > 0 && waited < GRACE_MS; waited += 100) await delay(100)
for (const pid of leftBehind()) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })

/** The processes of the run, known by their environment. Linux tells it; elsewhere the tests' own clean-up must do. */
function leftBehind(): readonly number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(`TUNE_TEST_RUN=${folder}\0`),
    )
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}
