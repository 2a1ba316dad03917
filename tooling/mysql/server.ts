import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findServer } from './find-server.ts'
import { freePort } from './free-port.ts'
import { asRoot, type ServerProgram } from './server-program.ts'

/** A private MySQL or MariaDB server for tests. */
export interface TestServer extends AsyncDisposable {
  /** `mysql://root@127.0.0.1:port/` */
  readonly url: string
  readonly name: string
  /** Where its data is; `undefined` for a server that is not ours. */
  readonly data: string | undefined
  /** Ends the server as a power cut would, and starts it again on the same data and port. */
  restart(): Promise<void>
}

/** How to start a server. */
export interface ServerOptions {
  /** Whether each commit is on the disk before it is answered, the server's own default. Default: false. */
  readonly durable?: boolean
  /** Which server. Default: the one on this machine. */
  readonly program?: ServerProgram
  /** The zone of its clock, as the variable TZ has it. Default: this machine's. */
  readonly timeZone?: string
}

/** A safety net: a server on a busy machine may take minutes. */
const START_MS = 600_000

/**
 * Starts a private server: its own data folder, a free port on the loopback address, user root without a password.
 * `TUNE_TEST_MYSQL_URL` names one that runs already instead.
 */
export async function startServer(settings: ServerOptions = {}): Promise<TestServer> {
  const existing = process.env['TUNE_TEST_MYSQL_URL']
  const isAny = settings.program === undefined && settings.timeZone === undefined
  if (existing !== undefined && isAny) return givenServer(existing)
  const program = settings.program ?? findServer()
  const folder = await mkdtemp(join(tmpdir(), 'tune-mysql-'))
  const port = await freePort()
  program.createData(join(folder, 'data'))
  const [command, ...before] = program.command
  const start = async () => {
    const args = [...before, ...options(folder, port, settings.durable ?? false), ...program.options]
    const env = settings.timeZone === undefined ? process.env : { ...process.env, TZ: settings.timeZone }
    const started = spawn(command, args, { stdio: 'ignore', env })
    try {
      await answers(started, port)
    } catch (error) {
      started.kill('SIGKILL')
      throw error
    }
    return started
  }
  let server = await start()
  const kill = () => server.kill('SIGKILL')
  process.on('exit', kill)
  const end = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    kill()
    await ended
  }
  return {
    url: `mysql://root@127.0.0.1:${port}/`,
    name: program.name,
    data: join(folder, 'data'),
    restart: async () => {
      await end()
      server = await start()
    },
    [Symbol.asyncDispose]: async () => {
      process.off('exit', kill)
      await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function givenServer(url: string): TestServer {
  return {
    url,
    name: 'MySQL',
    data: undefined,
    restart: () =>
      Promise.reject(new Error('TUNE_TEST_MYSQL_URL names a server that is not ours to restart')),
    [Symbol.asyncDispose]: async () => {},
  }
}

function options(folder: string, port: number, durable: boolean): string[] {
  return [
    '--no-defaults',
    ...asRoot,
    `--datadir=${join(folder, 'data')}`,
    `--socket=${join(folder, 's')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // Nothing of a test needs to survive a power cut.
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 0}`,
    '--skip-log-bin',
  ]
}

async function answers(server: ChildProcess, port: number): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += 100) {
    if (server.exitCode !== null)
      throw new Error(`the test database server ended with code ${server.exitCode}`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('data', () => socket.destroy())
      socket.once('connect', () => socket.end())
    })
    if (open) return
    await delay(100)
  }
  throw new Error(`the test database server did not answer within ${START_MS / 1000} s`)
}
