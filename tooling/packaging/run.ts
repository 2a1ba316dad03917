import { spawnSync } from 'node:child_process'

/** Runs a command to its end and returns what it printed. @throws Error with all of its output where it fails. */
export function run(command: string, arguments_: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, arguments_, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${command} ${arguments_.join(' ')} failed in ${cwd}\n${error ?? stdout + stderr}`)
}
