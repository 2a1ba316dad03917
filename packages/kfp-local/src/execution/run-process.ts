import { spawn } from 'node:child_process'
import type { LocalCommand } from './images.ts'

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
  const stop = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
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
  }
  signal.throwIfAborted()
}
