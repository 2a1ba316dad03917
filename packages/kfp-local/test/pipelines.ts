import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  compilePipeline,
  component,
  KfpClient,
  metricsIn,
  type OutputSource,
  type Pipeline,
  pipeline,
  pipelineSource,
  urlConnection,
} from '@tune/kfp'
import type { PipelineSource, Run } from '@tune/kfp/api'
import { type LocalPipelines, type LocalPipelinesOptions, startLocalPipelines } from '@tune/kfp-local'

export const FOLDS = ['1', '2', '3', '4', '5', '6', '7']

export interface FoldsOptions {
  /** A loop, or a task for each fold. Default: a loop. */
  readonly shape?: 'loop' | 'unrolled'
  readonly parallelism?: number
  readonly retries?: number
}

/** Scores folds, and adds them up; each scores 0.1 more than its number times the gain. */
export function folds({ shape = 'loop', parallelism, retries }: FoldsOptions = {}): Pipeline {
  const score = component({
    name: 'score',
    inputs: { fold: 'STRING', params: 'STRUCT' },
    outputs: { score: 'NUMBER_DOUBLE' },
    artifacts: { metrics: 'system.Metrics' },
    container: ({ inputs, outputs, executorInput }) => ({
      image: 'score:1',
      args: ['fold', inputs.fold, inputs.params, executorInput, outputs.score],
    }),
  })
  const sum = component({
    name: 'sum',
    inputs: { scores: 'LIST' },
    outputs: { score: 'NUMBER_DOUBLE' },
    container: ({ inputs, outputs }) => ({ image: 'score:1', args: ['sum', inputs.scores, outputs.score] }),
  })
  const options = retries === undefined ? {} : { retry: { retries } }
  const inputs = { folds: { type: 'LIST', default: FOLDS }, params: 'STRUCT' } as const
  return pipeline({ name: 'folds', inputs }, (scope, { folds: items, params }) => {
    if (shape === 'unrolled') {
      for (const fold of FOLDS) scope.task(score, { fold, params }, { name: `score-${fold}`, ...options })
      return {}
    }
    const limit = parallelism === undefined ? {} : { parallelism }
    const loop = scope.parallelFor({ items, itemType: 'STRING', ...limit }, (body, fold) => ({
      score: body.task(score, { fold, params }, options).outputs.score,
    }))
    return scope.task(sum, { scores: loop.outputs.score }).outputs
  })
}

export function sourceOf(of: Pipeline): PipelineSource {
  return pipelineSource(compilePipeline(of, { serverVersion: '2.17.0' }))
}

/** What the tasks of a run gave, by fold. */
export async function scoresOf(source: OutputSource, run: Run): Promise<Readonly<Record<string, number>>> {
  const tasks = ['score', ...FOLDS.map((fold) => `score-${fold}`)]
  const scores: Record<string, number> = {}
  for await (const task of source.read(run))
    for (const { instance = '', value } of metricsIn(task, { score: { tasks, instance: 'fold' } }))
      scores[instance] = value
  return scores
}

/** A server of its own, with a client. */
export interface Place extends AsyncDisposable {
  readonly server: LocalPipelines
  readonly client: KfpClient
  readonly folder: string
  /** Waits for the end of a run. */
  ended(id: string): Promise<Run>
  /** Ends the server, and starts another of the same state. */
  restart(): Promise<void>
}

export async function place(options: Partial<LocalPipelinesOptions> = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-kfp-local-'))
  const images = { 'score:1': [process.execPath, join(import.meta.dirname, 'score.ts')] }
  const start = (port = 0, metadataPort = 0) =>
    startLocalPipelines({ images, folder, port, metadataPort, parallelism: 4, ...options })
  let server = await start()
  const client = new KfpClient(urlConnection(server.url), { pauseMs: 20 })
  return {
    get server() {
      return server
    },
    client,
    folder,
    ended: async (id) => {
      for (;;) {
        const run = await client.runs.get(id)
        if (run.state === 'SUCCEEDED' || run.state === 'FAILED' || run.state === 'CANCELED') return run
        await delay(20)
      }
    },
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
