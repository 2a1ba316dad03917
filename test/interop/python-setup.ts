import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Python that has Optuna. */
    python: string
  }
}

const PACKAGES = ['optuna==5.0.0', 'pymysql==1.1.2']
const environment = fileURLToPath(new URL('../../node_modules/.cache/tune-interop', import.meta.url))
const python = `${environment}/bin/python`

/** Makes a virtual environment with the peers, once. */
export default function setup(project: TestProject): void {
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]
    execFileSync(python, install, { stdio: 'inherit' })
  } catch (error) {
    throw new Error(`interop needs python3 with venv and pip, to install ${PACKAGES.join(' and ')}`, {
      cause: error,
    })
  }
  project.provide('python', python)
}
