import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '@tune/core'

/** How often one looks whether a group has ended, in milliseconds. */
const LOOK_MS = 20
/** How long one waits for what was killed to be gone, in milliseconds: nothing survives it, but the system may be slow. */
const KILLED_MS = 10_000

/** Ends a process group: kindly first, then without asking. Resolves when nothing of it runs. */
export async function endGroup(leader: number, graceMs: number, clock: Clock): Promise<void> {
  if (!signal(leader, 'SIGTERM')) return
  if (await isGone(leader, graceMs, clock)) return
  signal(leader, 'SIGKILL')
  await isGone(leader, KILLED_MS, clock)
}

/** Whether anything of a group runs. */
export function hasMembers(leader: number): boolean {
  return signal(leader, 0) && !isOnlyZombies(leader)
}

async function isGone(leader: number, ms: number, clock: Clock): Promise<boolean> {
  const until = clock.now() + ms
  while (hasMembers(leader)) {
    if (clock.now() >= until) return false
    await clock.sleep(LOOK_MS)
  }
  return true
}

/** @returns whether there is such a group */
function signal(leader: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, name)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Processes that have ended, and that nobody has noticed yet, still count as members. Known on Linux only. */
function isOnlyZombies(leader: number): boolean {
  const states = processes().flatMap((pid) => {
    const stat = readProcess(pid, 'stat')
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(group) === leader ? [state] : []
  })
  return states.length > 0 && states.every((state) => state === 'Z')
}

/**
 * Kills what a run left behind whose own process has ended: whatever has its folder in the environment. Known on Linux
 * only.
 */
export function killLeftovers(folder: string): void {
  const mark = `TUNE_DIR=${folder}`
  for (const pid of processes()) {
    if (!readProcess(pid, 'environ').split('\0').includes(mark)) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

function processes(): readonly number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** What the system says of a process; nothing where it has ended, or is somebody else's. */
function readProcess(pid: number, file: 'stat' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
