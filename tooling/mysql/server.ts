import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findServer } from './find-server.ts'

/** A private MySQL or MariaDB server for tests. */
export interface TestServer extends AsyncDisposable {
  /** `mysql://root@127.0.0.1:port/` */
  readonly url: string
}

/** How to start a server. */
export interface ServerOptions {
  /** Whether each commit is on the disk before it is answered, the server's own default. Default: false. */
  readonly durable?: boolean
}

const START_MS = 60_000

/**
 * Starts a private server: its own data folder, a free port on the loopback address, user root without a password.
 * `TUNE_TEST_MYSQL_URL` names one that runs already instead.
 */
export async function startServer({ durable = false }: ServerOptions = {}): Promise<TestServer> {
  const existing = process.env['TUNE_TEST_MYSQL_URL']
  if (existing !== undefined) return { url: existing, [Symbol.asyncDispose]: async () => {} }
  const binary = findServer()
  const folder = await mkdtemp(join(tmpdir(), 'tune-mysql-'))
  const port = await freePort()
  createDataFolder(binary, folder)
  const server = spawn(binary, options(folder, port, durable), { stdio: 'ignore' })
  const kill = () => server.kill('SIGKILL')
  process.on('exit', kill)
  await answers(server, port)
  return {
    url: `mysql://root@127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', kill)
      const ended = new Promise((resolve) => server.once('exit', resolve))
      kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function options(folder: string, port: number, durable: boolean): string[] {
  return [
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
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

function createDataFolder(binary: string, folder: string): void {
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const install = ['/usr/bin/mariadb-install-db', '/usr/bin/mysql_install_db'].find((path) =>
    existsSync(path),
  )
  const isMariaDb = execFileSync(binary, ['--version'], { encoding: 'utf8' }).includes('MariaDB')
  const data = `--datadir=${join(folder, 'data')}`
  if (!isMariaDb)
    execFileSync(binary, ['--no-defaults', '--initialize-insecure', ...user, data], { stdio: 'ignore' })
  else if (install !== undefined) {
    const plain = [
      '--no-defaults',
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...user,
      data,
    ]
    execFileSync(install, plain, { stdio: 'ignore' })
  } else
    throw new Error(
      'mariadb-install-db was not found beside mariadbd; install the whole package mariadb-server',
    )
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
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
