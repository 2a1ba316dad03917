import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalCommand } from './images.ts'

/** Why a run is aborted that somebody terminates. Whatever else aborts one kills at once. */
export const TERMINATED = 'terminated'

/** How long a process has after SIGTERM, as on a cluster, whose pods look once a second whether it has ended. */
const GRACE_MS = 1000

/**
 * Runs a command line as a process group of its own, so that nothing that it starts outlives it when it is stopped.
 *
 * @throws Error it could not be started, or did not end well
 */
export async function runProcess({ argv, env, signal, log }: LocalCommand, cwd: string): Promise<void> {
  const [program, ...args] = argv
  if (program === undefined) throw new Error('the container has no command')
  signal.throwIfAborted()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const kill = (how: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, how)
    } catch {
      // It has ended by itself.
    }
  }
  const over = new AbortController()
  const stop = () => {
    if (signal.reason !== TERMINATED) return kill('SIGKILL')
    kill('SIGTERM')
    delay(GRACE_MS, undefined, { signal: over.signal }).then(
      () => kill('SIGKILL'),
      () => {},
    )
  }
  signal.addEventListener('abort', stop, { once: true })
  child.stdout.on('data', (data: Buffer) => log(data.toString()))
  child.stderr.on('data', (data: Buffer) => log(data.toString()))
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${program}: ${error.message}`)))
      child.once('close', (code, killedBy) => {
        if (code === 0) resolve()
        else reject(new Error(`main: exit code ${code ?? killedBy}`))
      })
    })
  } finally {
    signal.removeEventListener('abort', stop)
    over.abort()
  }
  signal.throwIfAborted()
}
