import type { TestProject } from 'vitest/node'
import {
  DRIVER,
  kfpSdk,
  mlMetadata,
  objectStoreServers,
  optunaFive,
  pythonEnvironment,
} from './python-environment.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Python with Optuna 5. */
    python: string
    /** Pythons with older Optunas, by version. */
    olderPythons: Readonly<Record<string, string>>
    /** A Python with the SDK of Kubeflow Pipelines. */
    kfpPython: string
    /** A Python with the store of ML Metadata. */
    metadataPython: string
    /** A Python with servers that speak the protocols of object stores. */
    objectStores: string
  }
}

const OLDER = ['3.1.1', '3.6.2', '4.9.0']

/** Makes virtual environments with the peers, once. */
export default function setup(project: TestProject): void {
  project.provide('python', optunaFive())
  project.provide('kfpPython', kfpSdk())
  project.provide('metadataPython', mlMetadata())
  project.provide('objectStores', objectStoreServers())
  project.provide(
    'olderPythons',
    Object.fromEntries(
      OLDER.map((version) => [
        version,
        pythonEnvironment(`tune-optuna-${version}`, [`optuna==${version}`, DRIVER]),
      ]),
    ),
  )
}
