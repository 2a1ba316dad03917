import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runnerContract } from '@tune/core/testing'
import {
  compilePipeline,
  component,
  KfpClient,
  kfpRunner,
  outputSource,
  pipeline,
  pipelineSource,
  urlConnection,
} from '@tune/kfp'
import { type LocalCommand, type LocalPipelinesOptions, startLocalPipelines } from '@tune/kfp-local'

const play = component({
  name: 'play',
  inputs: { script: 'STRING' },
  outputs: { m: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'play:1', args: [inputs.script, outputs.m] }),
})
const scripted = pipeline(
  { name: 'scripted', inputs: { script: 'STRING' } },
  (scope, { script }) => scope.task(play, { script }).outputs,
)

async function place(options: Partial<LocalPipelinesOptions>) {
  const folder = await mkdtemp(join(tmpdir(), 'tune-contract-'))
  const gates = new EventEmitter().setMaxListeners(0)
  const open = new Set<string>()
  let begun = 0
  const image = async ({ argv: [script = '', file = ''], signal }: LocalCommand) => {
    begun++
    for (const line of script.split('\n').filter((each) => each !== '')) {
      const [word = '', rest = ''] = line.split(/ (.*)/s)
      if (word === 'say') await writeFile(file, JSON.stringify((JSON.parse(rest) as { m: number }).m))
      else if (word === 'fail') throw new Error(`exit code ${rest}`)
      else if (!open.has(rest)) await once(gates, rest, { signal })
    }
  }
  const server = await startLocalPipelines({
    folder,
    images: { 'play:1': image },
    parallelism: 1000,
    ...options,
  })
  const client = new KfpClient(urlConnection(server.url))
  const { experiment_id: experimentId } = await client.experiments.create({ display_name: 'contract' })
  return {
    open: async () =>
      kfpRunner({
        client,
        experimentId,
        run: ({ params }, { version }) => ({
          pipeline_spec: pipelineSource(compilePipeline(scripted, { serverVersion: version })),
          runtime_config: { parameters: { script: String(params['script']) } },
        }),
        metrics: { m: { tasks: ['play'] } },
        outputs: await outputSource(client, [urlConnection(server.metadataUrl)]),
        intervalMs: 10,
      }),
    release: async (gate: string) => {
      open.add(gate)
      gates.emit(gate)
    },
    begun: async () => begun,
    alive: async () => {
      let alive = 0
      for await (const { state } of client.runs.list({ experimentId }))
        if (state === 'PENDING' || state === 'RUNNING') alive++
      return alive
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

for (const outputs of ['metadata', 'native'] as const)
  runnerContract({
    name: `kfp, ${outputs}`,
    tells: 'last result',
    // The server makes two runs of one name; a trial's lease is what keeps two tuners from asking for it.
    startsAtomically: false,
    scripts: 20,
    place: () => place({ outputs, version: outputs === 'native' ? '2.19.0' : '2.17.0' }),
  })
