import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What the system says of a process. */
interface Described {
  readonly pid: number
  /** When it began, in words of the system: no two processes of one number have it in common. */
  readonly start: string
  /** Whether it has ended, and nobody has noticed yet. */
  readonly isZombie: boolean
}

/** How processes are looked up on one kind of system. */
export interface ProcessTable {
  /** A command of a POSIX shell that puts what describes its own process, on one line, into `self`. */
  readonly describeSelf: string
  /** What describes a process; `undefined` where there is none. */
  describe(pid: number): string | undefined
  parse(description: string): Described
  /** Which boot of the machine it is, in one word. */
  boot(): string
}

/** Linux: files in `/proc`, for which no other process is started. */
export const procTable: ProcessTable = {
  describeSelf: 'IFS= read -r self </proc/self/stat',
  describe: (pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8')
    } catch {
      return undefined
    }
  },
  parse: (description) => {
    // The name, which is in parentheses, can have spaces and parentheses: fields count from behind it.
    const fields = description.slice(description.lastIndexOf(')') + 2).split(' ')
    return { pid: Number.parseInt(description, 10), start: fields[19] ?? '', isZombie: fields[0] === 'Z' }
  },
  boot: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
}

/** macOS and others: the program `ps`. */
export const psTable: ProcessTable = {
  describeSelf: 'self="$$ $(ps -o stat=,lstart= -p $$)"',
  describe: (pid) => {
    try {
      const said = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return `${pid} ${said}`
    } catch {
      return undefined
    }
  },
  parse: (description) => {
    const [pid, state = '', ...start] = description.trim().split(/\s+/)
    return { pid: Number(pid), start: start.join(' '), isZombie: state.startsWith('Z') }
  },
  boot: () =>
    execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim().replaceAll(/\s+/g, '_'),
}

/** That of this system. */
export const processTable = process.platform === 'linux' ? procTable : psTable
