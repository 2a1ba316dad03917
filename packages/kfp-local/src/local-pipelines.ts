import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { app } from './api/app.ts'
import { addExperiment, DEFAULT_EXPERIMENT } from './api/experiments.ts'
import type { OutputsApi } from './api/runs.ts'
import { TaskCache } from './execution/cache.ts'
import type { Entries } from './execution/cluster.ts'
import { Engine } from './execution/engine.ts'
import type { LocalImages } from './execution/images.ts'
import { metadataService } from './metadata/metadata-service.ts'
import { AnswerFaults } from './misbehaviour/answer-faults.ts'
import type { Misbehaviour } from './misbehaviour/misbehaviour.ts'
import { TaskFaults } from './misbehaviour/task-faults.ts'
import { Scheduler } from './schedule/scheduler.ts'
import { where } from './state/condition.ts'
import { openDatabase } from './state/database.ts'
import { stored } from './state/stored.ts'

export interface LocalPipelinesOptions {
  /** What stands for the images of containers. */
  readonly images: LocalImages
  /** Where the server keeps its state and runs write; made where it is not there. */
  readonly folder: string
  /** Default: any free one. */
  readonly port?: number
  /** Where ML Metadata is to be. Default: any free one. */
  readonly metadataPort?: number
  /** How many containers run at once; default: as many as the machine has cores. */
  readonly parallelism?: number
  /** Which version the server says it is; default `2.17.0`. */
  readonly version?: string
  /**
   * How what runs made can be read: from ML Metadata, as of servers up to 2.18, or from the API itself. Default
   * `metadata`.
   */
  readonly outputs?: OutputsApi
  /** The secrets of the cluster by name, each with its values by key. */
  readonly secrets?: Readonly<Record<string, Entries>>
  /** The config maps of the cluster by name, each with its values by key. */
  readonly configMaps?: Readonly<Record<string, Entries>>
  /** Hears of each request. */
  readonly onRequest?: (method: string, path: string) => void
}

/** A server of Kubeflow Pipelines on this machine. */
export interface LocalPipelines extends AsyncDisposable {
  /** `http://127.0.0.1:8888`. */
  readonly url: string
  /** Where ML Metadata is, as on a cluster at an address of its own: `http://127.0.0.1:9090`. */
  readonly metadataUrl: string
  /** How it is to misbehave from now on; `{}` is not at all. */
  misbehave(how: Misbehaviour): void
  /** Breaks all connections, and takes new ones only after `ms` milliseconds; runs go on meanwhile. */
  goAway(ms: number): Promise<void>
}

/**
 * Starts a server of the v2beta1 API, whose tasks are processes of this machine. What it did not finish, a later server
 * of the same folder does.
 */
export async function startLocalPipelines(options: LocalPipelinesOptions): Promise<LocalPipelines> {
  const folder = resolve(options.folder)
  const { database, resources } = openState(folder)
  const { images, parallelism = availableParallelism(), version = '2.17.0', outputs = 'metadata' } = options
  const answerFaults = new AnswerFaults()
  const taskFaults = new TaskFaults()
  const runs = join(folder, 'runs')
  const cache = new TaskCache(database)
  const { secrets = {}, configMaps = {} } = options
  const cluster = { secrets, configMaps, environment: {} }
  const engine = new Engine({
    stored: resources,
    cache,
    images,
    cluster,
    parallelism,
    folder: runs,
    faults: taskFaults,
  })
  const scheduler = new Scheduler(resources, engine)
  const { onRequest = () => {} } = options
  const parts = {
    stored: resources,
    engine,
    scheduler,
    answerFaults,
    taskFaults,
    version,
    outputs,
    onRequest,
  }
  const api = getRequestListener(app({ ...parts, folder: runs }).fetch)
  const server = createServer((request, response) => void api(request, response))
  const metadata = createServer(metadataService(resources, answerFaults))
  const metadataPort = await listen(metadata, options.metadataPort ?? 0)
  const port = await listen(server, options.port ?? 0)
  cluster.environment = servicesOf(port, metadataPort)
  engine.resume()
  scheduler.resume()
  return {
    url: `http://127.0.0.1:${port}`,
    metadataUrl: `http://127.0.0.1:${metadataPort}`,
    misbehave: (how) => {
      answerFaults.set(how)
      taskFaults.set(how.tasks ?? [])
    },
    goAway: async (ms) => {
      await close(server)
      await delay(ms)
      await listen(server, port)
    },
    [Symbol.asyncDispose]: async () => {
      scheduler[Symbol.dispose]()
      await close(server)
      await close(metadata)
      await engine.close()
      database.close()
    },
  }
}

function openState(folder: string) {
  mkdirSync(folder, { recursive: true })
  const database = openDatabase(join(folder, 'state.db'))
  const resources = stored(database)
  if (resources.experiments.all([where('display_name', DEFAULT_EXPERIMENT)]).length === 0)
    addExperiment(resources, { display_name: DEFAULT_EXPERIMENT })
  return { database, resources }
}

/** How tasks find the server: as the SDK looks for it, and as Kubernetes tells pods of a service beside them. */
function servicesOf(port: number, metadataPort: number): Entries {
  return {
    KF_PIPELINES_ENDPOINT: `http://127.0.0.1:${port}`,
    METADATA_ENVOY_SERVICE_SERVICE_HOST: '127.0.0.1',
    METADATA_ENVOY_SERVICE_SERVICE_PORT: String(metadataPort),
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail)
      done()
    })
  })
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done))
  server.closeAllConnections()
  await closed
}
