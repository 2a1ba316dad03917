import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  compilePipeline,
  KfpClient,
  type SimulationPipeline,
  simulationPipeline,
  urlConnection,
} from '@tune/kfp'
import type { PipelineSource, Run } from '@tune/kfp/api'
import { type LocalPipelines, type LocalPipelinesOptions, startLocalPipelines } from '@tune/kfp-local'

export const DAYS = Array.from({ length: 7 }, (_, index) => `2026-08-1${index}`)

/** A week of simulations; each day makes 0.1 more than its number times the gain. */
export function week(more: Partial<Parameters<typeof simulationPipeline>[0]> = {}): SimulationPipeline {
  return simulationPipeline({
    name: 'week',
    days: DAYS,
    simulate: {
      container: ({ day, params, profitFile }) => ({
        image: 'sim:1',
        args: ['day', day, params, profitFile],
      }),
    },
    collect: {
      container: ({ profits, profitFile }) => ({ image: 'sim:1', args: ['sum', profits, profitFile] }),
    },
    ...more,
  })
}

export function sourceOf({ pipeline }: SimulationPipeline): PipelineSource {
  const { spec, platform } = compilePipeline(pipeline, { serverVersion: '2.17.0' })
  return platform === undefined ? spec : { pipeline_spec: spec, platform_spec: platform }
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
  const images = { 'sim:1': [process.execPath, join(import.meta.dirname, 'sim.ts')] }
  const start = (port = 0) => startLocalPipelines({ images, folder, port, parallelism: 4, ...options })
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
      const port = Number(new URL(server.url).port)
      await server[Symbol.asyncDispose]()
      server = await start(port)
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
