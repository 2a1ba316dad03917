import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  compilePipeline,
  component,
  KfpClient,
  type Pipeline,
  pipeline,
  pipelineYaml,
  urlConnection,
} from '@tune/kfp'
import type { Run } from '@tune/kfp/api'
import { type LocalCommand, type LocalPipelines, startLocalPipelines } from '@tune/kfp-local'
import { type HttpServer, httpServer } from '@tune/tooling/http-server'

const main = fileURLToPath(new URL('../../apps/tuner/src/main.ts', import.meta.url))

/** In milliseconds. */
const HOUR = 3_600_000

/** What `tuner doctor` says of one thing. */
interface Examined {
  readonly part: string
  readonly about: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly text: string
}

/** A pipeline as somebody has it on the server. */
function training(name: string, image: string): Pipeline {
  const inputs = { rate: 'NUMBER_DOUBLE', data: 'STRING' } as const
  const train = component({
    name: 'train',
    inputs,
    outputs: { auc: 'NUMBER_DOUBLE' },
    container: ({ inputs: { rate, data }, outputs }) => ({ image, args: [rate, data, outputs.auc] }),
  })
  return pipeline({ name, inputs }, (scope, given) => scope.task(train, given).outputs)
}

/** A tuning of that pipeline. */
interface Tuning {
  readonly study: string
  readonly trials: number
  /** What the pipeline trains on: `good`, `broken`, on which it fails, or `endless`. Default: good. */
  readonly data?: 'good' | 'broken' | 'endless'
  /** The pipeline that is tuned. Default: churn-training. */
  readonly pipeline?: string
  /** Where the tuner writes files for a while. Default: as the machine has it. */
  readonly temporary?: string
  /** How often the tuner is started again. Default: 3. */
  readonly retries?: number
  /** When it is started again and again. Default: never. */
  readonly schedule?: string
  /** Where ML Metadata is for this machine. Default: that of the server. */
  readonly metadata?: string
  /** The image of the tuner. Default: tune:1. */
  readonly image?: string
  /** The key of the secret that has the URL of the storage. Default: storage-url. */
  readonly storageKey?: string
  /** What its pipeline is called. Default: after the study. */
  readonly called?: string
  /** Further lines of the study's file. */
  readonly more?: string
}

const studyFile = (
  {
    study,
    schedule,
    called,
    trials,
    data = 'good',
    pipeline = 'churn-training',
    temporary,
    retries = 3,
    image = 'tune:1',
    storageKey = 'storage-url',
    metadata,
    more = '',
  }: Tuning,
  { url, metadataUrl }: LocalPipelines,
) => `study: ${study}
storage: \${STORAGE_URL}
metrics: { auc: maximize }
trials: ${trials}
parallel: 5
seed: 3
space: { rate: { type: float, low: 0, high: 1 } }
current: { rate: 0.9 }
objective:
  pipeline: { name: ${pipeline} }
  arguments: { rate: '{rate}', data: ${data} }
  value: { task: train, output: auc }
notify: { webhook: { url: '\${WEBHOOK}' } }
kfp: { endpoint: '${url}', ui: '${url}', metadata: '${metadata ?? metadataUrl}', intervalSeconds: 0.1, experiment: ${baseOf(study)} }
deploy:
  retries: ${retries}
  image: ${image}
${called === undefined ? '' : `  pipeline: ${called}\n`}  pods:
    secretEnv:
      STORAGE_URL: { secret: tune, key: ${storageKey} }
      WEBHOOK: { secret: tune, key: webhook }
${temporary === undefined ? '' : `    env: { TMPDIR: ${temporary} }\n  files: [notes.txt]\n`}${schedule === undefined ? '' : `schedule: ${schedule}\n`}${more}`

/** A cluster on this machine with a pipeline to tune, a database, and somebody who hears how it ends. */
export interface Production extends AsyncDisposable {
  readonly server: LocalPipelines
  readonly client: KfpClient
  /** Ends the server, and starts another of the same state. */
  restart(): Promise<void>
  /** Does something to the schedule of a tuner, as `tuner schedule` does, and gives its answer or its error. */
  schedule(action: string, tuning: Tuning): Promise<unknown>
  /** Looks at what a tuning needs, as `tuner doctor` does. */
  doctor(tuning: Tuning, environment?: NodeJS.ProcessEnv): Promise<readonly Examined[]>
  /** Deploys a tuner, as `tuner deploy` does, and gives its run. */
  deploy(tuning: Tuning): Promise<string>
  /** The messages about a study. */
  told(study: string): readonly Record<string, unknown>[]
  /** The runs that are trials of a study. */
  trialsOf(study: string): Promise<readonly Run[]>
  ended(run: string): Promise<Run>
  /** Kills the process of a tuner as `kill -9` does; where `first` is another signal, after that and a grace period. */
  kill(run: string, first?: NodeJS.Signals, graceMs?: number): Promise<void>
  /** Whether the process of a tuner runs. */
  isAlive(run: string): Promise<boolean>
}

export interface ProductionOptions {
  /** Where all files are. */
  readonly folder: string
  readonly databaseUrl: string
  /** How long a training takes, in milliseconds. */
  readonly trainMs: number
  /** How many containers run at a time; further ones wait. Default: 40. */
  readonly room?: number
}

export async function production({
  folder,
  databaseUrl,
  trainMs,
  room = 40,
}: ProductionOptions): Promise<Production> {
  const endpoint: HttpServer = await httpServer(() => ({ text: 'ok' }))
  const images = {
    'tune:1': { tuner: [process.execPath, main] },
    'train:1': async ({ argv: [rate = '', data = '', file = ''], signal }: LocalCommand) => {
      await delay(data === 'endless' ? HOUR : trainMs, undefined, { signal })
      if (data === 'broken') throw new Error('main: exit code 1')
      await writeFile(file, String(1 - (Number(rate) - 0.3) ** 2))
    },
  }
  const secrets = { tune: { 'storage-url': databaseUrl, webhook: endpoint.url } }
  const start = (port = 0, metadataPort = 0) =>
    startLocalPipelines({
      images,
      secrets,
      folder: join(folder, 'kfp'),
      parallelism: room,
      port,
      metadataPort,
    })
  let server = await start()
  const client = new KfpClient(urlConnection(server.url))
  for (const [name, image] of [
    ['churn-training', 'train:1'],
    ['without-image', 'train:none'],
  ] as const) {
    const yaml = pipelineYaml(compilePipeline(training(name, image), { serverVersion: '2.17.0' }))
    await client.pipelines.upload(yaml, { display_name: name, name })
  }
  const written = async (tuning: Tuning) => {
    const file = join(folder, `${baseOf(tuning.study)}.yaml`)
    await writeFile(join(folder, 'notes.txt'), 'for the tuner')
    await writeFile(file, studyFile(tuning, server))
    return file
  }
  const get = (run: string) => client.runs.get(run)
  return {
    get server() {
      return server
    },
    restart: async () => {
      const [port, metadataPort] = [server.url, server.metadataUrl].map((url) => Number(new URL(url).port))
      await server[Symbol.asyncDispose]()
      server = await start(port, metadataPort)
    },
    client,
    deploy: async (tuning) => {
      const file = await written(tuning)
      const { stdout } = await promisify(execFile)(process.execPath, [main, 'deploy', file, '--json'])
      return (JSON.parse(stdout) as { readonly run: string }).run
    },
    schedule: async (action, tuning) => {
      const file = await written(tuning)
      const args = [main, 'schedule', action, file, '--json']
      return promisify(execFile)(process.execPath, args).then(
        ({ stdout }) => JSON.parse(stdout) as unknown,
        (error: unknown) => (error as { readonly stderr: string }).stderr,
      )
    },
    doctor: async (tuning, environment = {}) => {
      const args = [main, 'doctor', await written(tuning), '--json']
      const env = { ...process.env, ...environment }
      const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
        (error: unknown) => error as { readonly stdout: string },
      )
      return JSON.parse(stdout) as readonly Examined[]
    },
    told: (study) =>
      endpoint.received
        // A look whether it answers has none.
        .filter(({ body }) => body !== '')
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
        .filter((message) => message['study'] === study),
    trialsOf: async (study) => {
      const experiment = await client.experiments.find(study)
      const found: Run[] = []
      for await (const run of client.runs.list({ experimentId: experiment?.experiment_id ?? '' }))
        if (!run.display_name.startsWith(`tune-${study}`)) found.push(run)
      return found
    },
    ended: async (id) => {
      for (;;) {
        const run = await get(id)
        if (run.state === 'SUCCEEDED' || run.state === 'FAILED') return run
        await delay(50)
      }
    },
    kill: async (run, first = 'SIGKILL', graceMs = 0) => {
      for (const signal of [first, 'SIGKILL'] as const) {
        for (const pid of await processesOf(run)) signalTo(pid, signal)
        await delay(graceMs)
      }
    },
    isAlive: async (run) => (await processesOf(run)).length > 0,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await endpoint[Symbol.asyncDispose]()
    },
  }
}

/** A name without what is different every day. */
function baseOf(study: string): string {
  return study.split('-${date}')[0] ?? study
}

/** Processes end by themselves as well. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The processes of the task `tune` of a run. */
async function processesOf(run: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (words.includes('deployed') && words.includes('tune') && words.some((word) => word.includes(run)))
      found.push(Number(entry))
  }
  return found
}
