import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const PLACES = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/local/sbin/mysqld', '/usr/local/bin/mysqld']
const BREW = ['/opt/homebrew/bin/mariadbd', '/opt/homebrew/bin/mysqld', '/usr/local/bin/mariadbd']

/**
 * The database server program on this machine. Where there is none, root on Debian or Ubuntu gets one from the
 * system's packages.
 *
 * @throws Error one line that says what to install.
 */
export function findServer(): string {
  const present = () => [...PLACES, ...BREW].find((path) => existsSync(path))
  const found = present()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('No database server here: installing mariadb-server for the tests …\n')
    installFromPackages()
  }
  const installed = present()
  if (installed !== undefined) return installed
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
