import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../apps/tuner/src/main.ts', import.meta.url))

/** How a command ended, and what it said. */
interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder of its own, in which the command line runs as a user's would. */
export interface Workplace extends AsyncDisposable {
  readonly folder: string
  /** Writes a file and gives its name. */
  write(name: string, text: string): Promise<string>
  /** Runs `tuner` to its end. */
  tuner(...args: readonly string[]): Promise<Ended>
  /** Starts `tuner` and leaves it running. */
  start(...args: readonly string[]): Running
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-e2e-'))
  const start = (...args: readonly string[]) => run(process.execPath, [main, ...args], folder)
  return {
    folder,
    write: async (name, text) => {
      await writeFile(join(folder, name), text)
      return name
    },
    tuner: (...args) => start(...args).ended,
    start,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The user `nobody`, who owns no file. */
const NOBODY = 65_534

/** Starts a program in a folder; with `nobody` not as root, where the tests run as root. */
export function run(
  program: string,
  args: readonly string[],
  folder: string,
  { nobody = false }: { readonly nobody?: boolean } = {},
): Running {
  const user = nobody && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...user })
  let out = ''
  let err = ''
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString()
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })))
  return { child, ended }
}

/** A study that takes seconds. */
export const smallStudy = (changes = ''): string => `study: small
trials: 24
parallel: 3
${changes}
objective:
  simulator: { area: suburb, size: xs, frame: 06-10, workers: 1 }
`
