import { hostname } from 'node:os'
import { processTable } from './process-table.ts'

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
export const boot = processTable.boot()

/** The identity of a process that runs now, on this machine. */
export function identify(pid: number): ProcessIdentity | undefined {
  const description = processTable.describe(pid)
  return description === undefined
    ? undefined
    : { host, boot, pid, start: processTable.parse(description).start }
}

/** Whether exactly this process runs. One that has ended and only waits to be noticed does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== host || identity.boot !== boot) return false
  const description = processTable.describe(identity.pid)
  if (description === undefined) return false
  const { start, isZombie } = processTable.parse(description)
  return start === identity.start && !isZombie
}
