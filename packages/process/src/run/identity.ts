import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * What tells one process from all others, those that come to have its number later included: the machine, the time since
 * it was booted, and when the process began.
 */
export interface ProcessIdentity {
  readonly host: string
  readonly boot: string
  readonly pid: number
  readonly start: string
}

export const host = hostname()
const isLinux = process.platform === 'linux'

/** Which boot of this machine it is, in one word. */
export const boot = (
  isLinux
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    : execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' })
)
  .trim()
  .replaceAll(/\s+/g, '_')

/**
 * The command of a POSIX shell that describes its own process on one line; {@link parsed} reads it. On Linux it starts
 * no other one.
 */
export const DESCRIBE_SELF = isLinux
  ? 'IFS= read -r self </proc/self/stat'
  : 'self="$$ $(ps -o stat=,lstart= -p $$)"'

/** What describes a process, as the system has it now; `undefined` where there is none. */
function described(pid: number): string | undefined {
  try {
    return isLinux
      ? readFileSync(`/proc/${pid}/stat`, 'utf8')
      : `${pid} ${execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })}`
  } catch {
    return undefined
  }
}

/** A process by its description. */
export function parsed(description: string): {
  readonly pid: number
  readonly start: string
  readonly isZombie: boolean
} {
  const pid = Number.parseInt(description, 10)
  if (!isLinux) {
    const [state = '', ...start] = description.trim().split(/\s+/).slice(1)
    return { pid, start: start.join(' '), isZombie: state.startsWith('Z') }
  }
  // The name, which is in parentheses, can have spaces and parentheses: fields count from behind it.
  const fields = description.slice(description.lastIndexOf(')') + 2).split(' ')
  return { pid, start: fields[19] ?? '', isZombie: fields[0] === 'Z' }
}

/** The identity of a process that runs now, on this machine. */
export function identify(pid: number): ProcessIdentity | undefined {
  const description = described(pid)
  return description === undefined ? undefined : { host, boot, pid, start: parsed(description).start }
}

/** Whether exactly this process runs. One that has ended and only waits to be noticed does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== host || identity.boot !== boot) return false
  const description = described(identity.pid)
  if (description === undefined) return false
  const { start, isZombie } = parsed(description)
  return start === identity.start && !isZombie
}
