import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Python that has Optuna and the SDK of Kubeflow Pipelines. */
    python: string
  }
}

const PACKAGES = ['optuna==5.0.0', 'pymysql==1.1.2', 'kfp==2.17.0', 'kfp-kubernetes==2.17.0']
const environment = fileURLToPath(new URL('../../node_modules/.cache/tune-interop', import.meta.url))
const python = `${environment}/bin/python`

/** Makes a virtual environment with the peers, once. */
export default function setup(project: TestProject): void {
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]
    execFileSync(python, install, { stdio: 'inherit' })
  } catch (error) {
    throw new Error(`interop needs python3 with venv and pip, to install ${PACKAGES.join(', ')}`, {
      cause: error,
    })
  }
  project.provide('python', python)
}
