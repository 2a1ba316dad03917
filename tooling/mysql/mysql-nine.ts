import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asRoot, type ServerProgram } from './server-program.ts'

const cache = fileURLToPath(new URL('../../node_modules/.cache/tune-mysql-9', import.meta.url))
const root = join(cache, 'root')
const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/mysql/private']

/**
 * MySQL 9 from Debian's unstable packages, unpacked into a folder of the cache with all libraries that it needs, and
 * started through its own dynamic linker: nothing of the system is touched.
 *
 * @throws Error one line that says what is missing.
 */
export function mysqlNine(): ServerProgram {
  if (!existsSync(root)) unpack()
  const path = libraries.map((folder) => join(root, folder)).join(':')
  const linker = join(root, 'usr/lib64/ld-linux-x86-64.so.2')
  const basedir = `--basedir=${join(root, 'usr')}`
  const command = [linker, '--library-path', path, join(root, 'usr/sbin/mysqld')] as const
  return {
    name: 'MySQL 9',
    command,
    options: [basedir, '--mysqlx=OFF', '--secure-file-priv=NULL'],
    createData: (folder) => {
      const [program, ...before] = command
      const options = ['--no-defaults', basedir, ...asRoot, '--initialize-insecure', `--datadir=${folder}`]
      execFileSync(program, [...before, ...options], { stdio: 'ignore' })
    },
  }
}

/** Downloads and unpacks with apt, as root or not: with lists, status and cache of its own. */
function unpack(): void {
  if (!existsSync('/usr/bin/apt-get') || process.arch !== 'x64')
    throw new Error(
      'MySQL 9 for tests comes from Debian packages for x86-64: this machine has no apt-get for them.',
    )
  process.stderr.write('Downloading MySQL 9 for the tests …\n')
  const folders = ['lists/partial', 'cache/archives/partial', 'partial']
  for (const folder of folders) mkdirSync(join(cache, folder), { recursive: true })
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(join(cache, 'sources.list'), `deb [signed-by=${keyring}] ${debianMirror()} unstable main\n`)
  writeFileSync(join(cache, 'status'), '')
  const apt = (...args: string[]) =>
    execFileSync('apt-get', [...aptOptions(), ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update', '-qq')
  apt('install', '-qq', '-y', '--no-install-recommends', '--download-only', 'mysql-server-core')
  const archives = join(cache, 'cache/archives')
  for (const name of readdirSync(archives).filter((it) => it.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', join(archives, name), join(cache, 'partial')])
  renameSync(join(cache, 'partial'), root)
  rmSync(archives, { recursive: true })
}

function aptOptions(): string[] {
  const settings = {
    'Dir::Etc::sourcelist': join(cache, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(cache, 'lists'),
    'Dir::State::status': join(cache, 'status'),
    'Dir::Cache': join(cache, 'cache'),
    'APT::Sandbox::User': 'root',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/** Where this machine gets Debian's packages from. */
function debianMirror(): string {
  const folder = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder) : []).map((it) => join(folder, it)),
  ]
  for (const file of files.filter((it) => existsSync(it))) {
    const [mirror] = /https?:\/\/\S+\/debian\/?(?=\s)/.exec(`${readFileSync(file, 'utf8')}\n`) ?? []
    if (mirror !== undefined) return mirror
  }
  throw new Error(
    "MySQL 9 for tests comes from Debian packages: this machine's apt sources name no Debian mirror.",
  )
}
