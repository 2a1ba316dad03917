import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const cleanUp = fileURLToPath(new URL('clean-up.ts', import.meta.url))

/** A test run that starts a process which never ends, tells of it and of its folder, and hangs. */
const run = `
import { spawn } from 'node:child_process'
import cleanUpAfterwards from ${JSON.stringify(cleanUp)}
cleanUpAfterwards()
const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
console.log(JSON.stringify({ pid, folder: process.env.TMPDIR }))
setInterval(() => {}, 1000)`

/** Whether a process runs; one that has ended may stay in the table until its parent asks for its exit code. */
function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

it('a test run that is killed leaves no process and no file behind', async () => {
  const { TUNE_TEST_RUN: _, ...env } = process.env
  const killed = spawn(process.execPath, ['--input-type=module', '-e', run], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told] = await once(killed.stdout, 'data')
  const { pid, folder } = JSON.parse(String(told)) as { pid: number; folder: string }
  try {
    expect(existsSync(folder)).toBe(true)
    // Only Linux tells which processes are those of a run.
    expect(lives(pid)).toBe(process.platform === 'linux')
    killed.kill('SIGKILL')
    await expect.poll(() => existsSync(folder)).toBe(false)
    await expect.poll(() => lives(pid)).toBe(false)
  } finally {
    if (lives(pid)) process.kill(pid, 'SIGKILL')
  }
})
