import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Python with Optuna 5. */
    python: string
    /** Pythons with older Optunas, by version. */
    olderPythons: Readonly<Record<string, string>>
  }
}

const DRIVER = 'pymysql==1.1.2'
const OLDER = ['3.1.1', '3.6.2', '4.9.0']

/** Makes virtual environments with the peers, once. */
export default function setup(project: TestProject): void {
  project.provide(
    'python',
    environment('tune-interop', ['optuna==5.0.0', DRIVER, 'optuna-dashboard==0.21.0']),
  )
  project.provide(
    'olderPythons',
    Object.fromEntries(
      OLDER.map((version) => [
        version,
        environment(`tune-optuna-${version}`, [`optuna==${version}`, DRIVER]),
      ]),
    ),
  )
}

function environment(name: string, packages: readonly string[]): string {
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/${name}`, import.meta.url))
  const python = `${folder}/bin/python`
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
    execFileSync(python, install, { stdio: 'inherit' })
  } catch (error) {
    throw new Error(`interop needs python3 with venv and pip, to install ${packages.join(' and ')}`, {
      cause: error,
    })
  }
  return python
}
