import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
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
  /** Runs `tuner` to its end, with other variables of the environment; `undefined` for one that is not set. */
  tunerWith(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended>
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
  const all: Running[] = []
  const startWith = (environment: NodeJS.ProcessEnv, args: readonly string[]) => {
    const running = run(process.execPath, [main, ...args], folder, { environment })
    all.push(running)
    return running
  }
  const start = (...args: readonly string[]) => startWith({}, args)
  return {
    folder,
    write: async (name, text) => {
      await writeFile(join(folder, name), text)
      return name
    },
    tuner: (...args) => start(...args).ended,
    tunerWith: (environment, ...args) => startWith(environment, args).ended,
    start,
    [Symbol.asyncDispose]: async () => {
      for (const { child } of all) child.kill('SIGKILL')
      await Promise.allSettled(all.map(({ ended }) => ended))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Permissions do not bind root, unless it gives up this privilege. */
const UNPRIVILEGED = ['setpriv', '--inh-caps=-dac_override', '--bounding-set=-dac_override'] as const

/** Starts a program in a folder; `bound` by the permissions of files, also where the tests run as root. */
export function run(
  program: string,
  args: readonly string[],
  folder: string,
  {
    bound = false,
    environment = {},
    input = '',
  }: { readonly bound?: boolean; readonly environment?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Running {
  const [command, ...before] =
    bound && process.getuid?.() === 0 ? ([...UNPRIVILEGED, program] as const) : ([program] as const)
  // As at a terminal, but for what terminals alone can show.
  const env = { ...process.env, TUNE_LOG: 'text', ...environment }
  const child = spawn(command, [...before, ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], env })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  let out = ''
  let err = ''
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, out, err }))
  })
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

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
