import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A Debian in a folder, with Node and npm as the official image of Node has them, and a user `node`. */
export class BareRoot implements Disposable {
  readonly path: string
  readonly #environment: Record<string, string> = {
    HOME: '/root',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  }
  #folder = '/'
  #user: string | undefined

  /** @throws Error this is no Debian, or not root */
  constructor() {
    this.path = join(mkdtempSync(join(tmpdir(), 'tune-image-')), 'root')
    const sources = '/etc/apt/sources.list.d/debian.sources'
    const mirror = /^URIs:\s*(\S+)/m.exec(readFileSync(sources, 'utf8'))?.[1] ?? ''
    const name = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
    host('sh', '-c', 'command -v debootstrap || { apt-get update -q && apt-get install -y -q debootstrap; }')
    host('debootstrap', '--variant=minbase', '--include=ca-certificates', name, this.path, mirror)
    this.#copy(process.execPath, '/usr/local/bin/node')
    const npm = dirname(dirname(realpathSync(host('sh', '-c', 'command -v npm').trim())))
    this.#copy(npm, '/usr/local/lib/node_modules/npm')
    for (const bin of ['npm', 'npx'])
      host('ln', '-s', `../lib/node_modules/npm/bin/${bin}-cli.js`, join(this.path, 'usr/local/bin', bin))
    // How this machine reaches its registries.
    for (const each of [
      '/etc/resolv.conf',
      '/etc/hosts',
      '/etc/ssl/certs',
      '/usr/local/share/ca-certificates',
    ])
      this.#copy(each, each)
    this.#copy(join(homedir(), '.npmrc'), '/root/.npmrc')
    this.#copy('/usr/etc/npmrc', '/usr/local/etc/npmrc')
    host('mount', '-t', 'proc', 'proc', join(this.path, 'proc'))
    host('mount', '--bind', '/dev', join(this.path, 'dev'))
    this.run('useradd --create-home --uid 1000 node')
  }

  /** Copies from this machine. */
  #copy(from: string, to: string): void {
    if (existsSync(from))
      cpSync(from, join(this.path, to), { recursive: true, dereference: true, force: true })
  }

  /** Copies from a folder of this machine, as COPY does. */
  copyIn(from: string, to: string, filter: (path: string) => boolean = () => true): void {
    cpSync(from, join(this.path, to), { recursive: true, verbatimSymlinks: true, filter })
  }

  environment(name: string, value: string): void {
    this.#environment[name] = value.replaceAll(
      /\$(\w+)/g,
      (_, other: string) => this.#environment[other] ?? '',
    )
  }

  changeFolder(path: string): void {
    this.#folder = path
    mkdirSync(join(this.path, path), { recursive: true })
  }

  changeUser(name: string): void {
    this.#user = name
  }

  makeReadOnly(): void {
    host('mount', '--rbind', this.path, this.path)
    host('mount', '-o', 'remount,bind,ro', this.path)
    host('mount', '-t', 'tmpfs', 'tmpfs', join(this.path, 'tmp'))
  }

  /** Runs a line of shell. @throws Error it failed */
  run(line: string): string {
    const user = this.#user === undefined ? [] : [`--userspec=${this.#user}`]
    const environment = Object.entries(this.#environment).map(([name, value]) => `${name}=${value}`)
    const script = `cd '${this.#folder}' && ${line}`
    return host('chroot', ...user, this.path, '/usr/bin/env', '-i', ...environment, 'sh', '-c', script)
  }

  [Symbol.dispose](): void {
    // What lies below must be let go of before the folder is removed: /dev is that of this machine.
    for (const each of ['.', 'proc', 'dev'])
      spawnSync('umount', ['--recursive', '--lazy', join(this.path, each)], { stdio: 'ignore' })
    if (readFileSync('/proc/mounts', 'utf8').includes(this.path))
      throw new Error(`${this.path} is still mounted`)
    rmSync(dirname(this.path), { recursive: true, force: true })
  }
}

function host(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e9 })
  if (status === 0) return stdout
  if (error !== undefined) throw error
  throw new Error(
    `${[program, ...args].join(' ')}: exit code ${status}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`,
  )
}
