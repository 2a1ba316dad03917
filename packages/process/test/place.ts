import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runner } from '@tune/core'
import { type ProcessRunnerOptions, processRunner } from '../src/index.ts'

/** A folder for runs, which is removed with all that still runs in it. */
export interface Place extends AsyncDisposable {
  readonly folder: string
  open(options?: Partial<ProcessRunnerOptions>): Runner
  /** The processes that have this folder in their environment, zombies aside. */
  alive(): readonly number[]
}

export function place(command: ProcessRunnerOptions['command']): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tune-process-'))
  const alive = () =>
    readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name) || !read(`/proc/${name}/environ`).includes(`TUNE_DIR=${folder}`)) return []
      const stat = read(`/proc/${name}/stat`)
      return stat === '' || / Z /.test(stat) ? [] : [Number(name)]
    })
  return {
    folder,
    alive,
    open: (options) =>
      processRunner({ command, metrics: ['m'], folder, interval: 20, grace: '1 s', ...options }),
    [Symbol.asyncDispose]: async () => {
      for (const pid of alive()) endAtOnce(pid)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Processes end by themselves as well. */
function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A place whose runs do what the script in their parameters says: see the contract's scripts. */
export function scripted(): Place & { release(gate: string): void; begun(): number } {
  const gates = mkdtempSync(join(tmpdir(), 'tune-gates-'))
  const shell = `printf x >>"$GATES/.begun"
printf '%s\\n' "$TUNE_PARAM_SCRIPT" | while read -r verb rest; do
  case $verb in
    say) printf '%s\\n' "$rest" ;;
    wait) while [ ! -e "$GATES/$rest" ]; do sleep 0.02; done ;;
    fail) exit "$rest" ;;
  esac
done`
  const here = place(['/bin/sh', '-c', shell])
  return {
    ...here,
    open: (options) => here.open({ env: { GATES: gates }, ...options }),
    release: (gate) => writeFileSync(join(gates, gate), ''),
    begun: () => read(join(gates, '.begun')).length,
    [Symbol.asyncDispose]: async () => {
      await here[Symbol.asyncDispose]()
      rmSync(gates, { recursive: true, force: true })
    },
  }
}

/** The process group of a process; none, where the process has ended meanwhile. */
export function groupOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
