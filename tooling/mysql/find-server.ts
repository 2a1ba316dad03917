import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { asRoot, type ServerProgram } from './server-program.ts'

const PLACES = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/local/sbin/mysqld', '/usr/local/bin/mysqld']
const BREW = ['/opt/homebrew/bin/mariadbd', '/opt/homebrew/bin/mysqld', '/usr/local/bin/mariadbd']

/**
 * The database server program on this machine. Where there is none, root on Debian or Ubuntu gets one from the
 * system's packages.
 *
 * @throws Error one line that says what to install.
 */
export function findServer(): ServerProgram {
  const present = () => [...PLACES, ...BREW].find((path) => existsSync(path))
  const found = present()
  if (found !== undefined) return programAt(found)
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('No database server here: installing mariadb-server for the tests …\n')
    installFromPackages()
  }
  const installed = present()
  if (installed !== undefined) return programAt(installed)
  throw new Error(
    'The storage tests need a database server: install mariadb-server or mysql-server, or set TUNE_TEST_MYSQL_URL to one that runs.',
  )
}

function installFromPackages(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  execFileSync('apt-get', ['update', '-qq'], { env, stdio: [...stdio] })
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0']
  execFileSync('apt-get', ['install', ...options, 'mariadb-server'], { env, stdio: [...stdio] })
}

function programAt(path: string): ServerProgram {
  const isMariaDb = execFileSync(path, ['--version'], { encoding: 'utf8' }).includes('MariaDB')
  return isMariaDb
    ? { name: 'MariaDB', command: [path], options: [], createData: createMariaDbData }
    : {
        name: 'MySQL',
        command: [path],
        options: ['--mysqlx=OFF'],
        createData: (folder) => {
          const options = ['--no-defaults', '--initialize-insecure', ...asRoot, `--datadir=${folder}`]
          execFileSync(path, options, { stdio: 'ignore' })
        },
      }
}

function createMariaDbData(folder: string): void {
  const places = [
    '/usr/bin/mariadb-install-db',
    '/usr/bin/mysql_install_db',
    '/opt/homebrew/bin/mariadb-install-db',
  ]
  const install = places.find((path) => existsSync(path))
  if (install === undefined) {
    throw new Error(
      'mariadb-install-db was not found beside mariadbd; install the whole package mariadb-server',
    )
  }
  const options = ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', ...asRoot]
  execFileSync(install, [...options, `--datadir=${folder}`], { stdio: 'ignore' })
}
