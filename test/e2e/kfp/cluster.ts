import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Runner } from '@tune/core'
import {
  compilePipeline,
  component,
  KfpClient,
  type KfpRunnerOptions,
  kfpRunner,
  metadataStore,
  nativeTasks,
  pipeline,
  pipelineSource,
  urlConnection,
} from '@tune/kfp'
import type { Run } from '@tune/kfp/api'
import {
  type LocalCommand,
  type LocalPipelines,
  type LocalPipelinesOptions,
  startLocalPipelines,
} from '@tune/kfp-local'

/** In milliseconds. */
const HOUR = 3_600_000
export const FOLDS = ['1', '2', '3', '4', '5', '6', '7']

/** What a fold scores: best at x = 0.7, and better on later folds. */
const scoreOf = (x: number, fold: string) => 100 - 90 * (x - 0.7) * (x - 0.7) + Number(fold) / 10
/** The value of a trial: the mean of its folds. */
export const valueOf = (x: number): number =>
  FOLDS.reduce((sum, fold) => sum + scoreOf(x, fold), 0) / FOLDS.length

const train = component({
  name: 'train',
  inputs: { fold: 'STRING', x: 'NUMBER_DOUBLE' },
  outputs: { score: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'train:1', args: [inputs.fold, inputs.x, outputs.score] }),
})
/** Trains on each fold of a list. */
const folds = pipeline({ name: 'folds', inputs: { folds: 'LIST', x: 'NUMBER_DOUBLE' } }, (scope, inputs) => {
  scope.parallelFor(
    { items: inputs.folds, itemType: 'STRING' },
    (body, fold) => body.task(train, { fold, x: inputs.x }).outputs,
  )
  return {}
})

/** Evaluates the folds of a trial as a run. */
const runOfFolds: KfpRunnerOptions['run'] = ({ params, instances = FOLDS }, { version }) => ({
  pipeline_spec: pipelineSource(compilePipeline(folds, { serverVersion: version })),
  runtime_config: { parameters: { folds: instances, x: params['x'] as number } },
})

export interface ClusterOptions extends Partial<LocalPipelinesOptions> {
  /** How much longer each fold takes than the one before, in milliseconds. Default: 0. */
  readonly foldMs?: number
  /** What every fold waits for. Default: nothing. */
  readonly held?: Promise<void>
  /** Which folds go on until their run is ended. Default: none. */
  readonly hangs?: (x: number, fold: number) => boolean
}

export interface Cluster extends AsyncDisposable {
  readonly server: LocalPipelines
  readonly client: KfpClient
  /** The folds that were trained on, as `x/fold`. */
  readonly trained: readonly string[]
  /** How often each kind of request came: `GET /apis/v2beta1/runs/{id}`. */
  readonly requests: ReadonlyMap<string, number>
  /** @param token what its requests carry at the time. Default: none. */
  runner(options?: Partial<KfpRunnerOptions>, token?: { readonly now: string }): Promise<Runner>
  runs(): Promise<readonly Run[]>
  /** The states of all runs, in the order in which they began. */
  states(): Promise<readonly (string | undefined)[]>
  restart(): Promise<void>
}

function clientWith(url: string, token: { readonly now: string }): KfpClient {
  const authorize = async () => ({ headers: { authorization: `Bearer ${token.now}` } })
  return new KfpClient(urlConnection(url, { authorize }), { pauseMs: 20 })
}

/** Goes on until it is ended, which takes a while, as with pods. */
async function endSlowly(signal: AbortSignal): Promise<void> {
  await delay(HOUR, undefined, { signal }).catch(() => {})
  await delay(400)
  signal.throwIfAborted()
}

/** Waits until something holds, which throws as long as it does not. Can be used by tests that wait side by side. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  for (;;)
    try {
      return await holds()
    } catch {
      await delay(20)
    }
}

/** A cluster of this machine, whose pipeline trains on seven folds. */
export async function cluster({
  foldMs = 0,
  held,
  hangs = () => false,
  ...options
}: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
  const trained: string[] = []
  const requests = new Map<string, number>()
  const image = async ({ argv: [fold = '', text = '', file = ''], signal }: LocalCommand) => {
    const x = Number(text)
    if (hangs(x, Number(fold))) await endSlowly(signal)
    await held
    if (foldMs > 0) await delay(foldMs * Number(fold), undefined, { signal })
    trained.push(`${x}/${fold}`)
    await writeFile(file, JSON.stringify(scoreOf(x, fold)))
  }
  const onRequest = (method: string, path: string) => {
    const kind = `${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`
    requests.set(kind, (requests.get(kind) ?? 0) + 1)
  }
  const images = { 'train:1': image }
  const start = (port = 0, metadataPort = 0) =>
    startLocalPipelines({ images, folder, parallelism: 1000, port, metadataPort, onRequest, ...options })
  let server = await start()
  const client = new KfpClient(urlConnection(server.url), { pauseMs: 20 })
  const { experiment_id: experimentId } = await client.experiments.create({ display_name: 'tuning' })
  const runs = async () => {
    const found: Run[] = []
    for await (const run of client.runs.list()) found.push(run)
    return found
  }
  return {
    get server() {
      return server
    },
    client,
    trained,
    requests,
    runner: async (more, token) =>
      kfpRunner({
        client: token === undefined ? client : clientWith(server.url, token),
        experimentId,
        run: runOfFolds,
        metrics: { score: { tasks: ['train'], instance: 'fold' } },
        outputs:
          options.outputs === 'native'
            ? nativeTasks(client)
            : metadataStore(urlConnection(server.metadataUrl), { pauseMs: 20 }),
        intervalMs: 50,
        ...more,
      }),
    runs,
    states: async () => (await runs()).map(({ state }) => state),
    restart: async () => {
      const [port, metadataPort] = [server.url, server.metadataUrl].map((url) => Number(new URL(url).port))
      await server[Symbol.asyncDispose]()
      server = await start(port, metadataPort)
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
