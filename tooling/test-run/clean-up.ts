import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Names the test run in the environment of everything that it starts. */
const RUN = 'TUNE_TEST_RUN'

/**
 * Gives a test run a temporary folder of its own, and starts the janitor: a process that outlives the run, however it
 * ends, then kills what the run has left behind and removes the folder.
 */
export default function cleanUpAfterwards(): void {
  if (process.env[RUN] !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'tune-test-'))
  const janitor = spawn(process.execPath, [fileURLToPath(new URL('janitor.ts', import.meta.url)), folder], {
    // Its input ends with this process, even where that is killed.
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  })
  janitor.unref()
  ;(janitor.stdin as typeof janitor.stdin & { unref(): void }).unref()
  process.env[RUN] = folder
  process.env['TMPDIR'] = folder
}
