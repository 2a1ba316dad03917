/**
 * What it costs to have 200 runs in flight: `pnpm bench:kfp [RUNS] [native]`. 2,000 trials, each a run over seven folds on a
 * cluster that is another process; the server is asked every 5 s. Prints, and does not judge. The processor time is told
 * beside that of a watcher which has nothing to do but to list as many runs, as often.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createStudy, evaluateWith, float, InMemoryStorage, noPruner, randomSampler } from '@tune/core'
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

const [RUNS, IN_FLIGHT, INTERVAL] = [Number(process.argv[2] ?? 2000), 200, 5000]
const FOLDS = ['1', '2', '3', '4', '5', '6', '7']
const script = new URL('./cluster.ts', import.meta.url).pathname
const cluster = spawn(process.execPath, [script, ...process.argv.slice(3)], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = createInterface(cluster.stdout)
const said = lines[Symbol.asyncIterator]()
const nextLine = async () => (await said.next()).value as string
const [url, metadataUrl] = [await nextLine(), await nextLine()]
const client = new KfpClient(urlConnection(url))
const { experiment_id: experimentId } = await client.experiments.create({ display_name: 'many' })
const train = component({
  name: 'train',
  inputs: { fold: 'STRING', x: 'NUMBER_DOUBLE' },
  outputs: { score: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'train:1', args: [inputs.fold, inputs.x, outputs.score] }),
})
const folds = pipeline(
  { name: 'folds', inputs: { folds: 'LIST', x: 'NUMBER_DOUBLE' } },
  (scope, { folds: items, x }) => {
    scope.parallelFor({ items, itemType: 'STRING' }, (body, fold) => body.task(train, { fold, x }).outputs)
    return {}
  },
)
const pipeline_spec = pipelineSource(compilePipeline(folds))
await using runner = kfpRunner({
  client,
  experimentId,
  run: ({ params, instances = FOLDS }) => ({
    pipeline_spec,
    runtime_config: { parameters: { folds: instances, x: params['x'] as number } },
  }),
  metrics: { score: { tasks: ['train'], instance: 'fold' } },
  outputs: await outputSource(client, [urlConnection(metadataUrl)]),
  intervalMs: INTERVAL,
})
await using study = await createStudy({
  name: 'many',
  storage: new InMemoryStorage(),
  space: { x: float(0, 1) },
  sampler: randomSampler(),
  pruner: noPruner(),
})
const begun = process.hrtime.bigint()
const cpu = process.cpuUsage()
const memory: string[] = []
const objective = evaluateWith<{ x: number }>({
  runner,
  study: 'many',
  metrics: { score: { direction: 'minimize' } },
  instances: FOLDS,
})
await study.optimize(objective, {
  trials: RUNS,
  parallel: IN_FLIGHT,
  callbacks: [
    (_, { number }) => {
      if (number % (RUNS / 4) !== RUNS / 4 - 1) return
      globalThis.gc?.()
      memory.push(`${number + 1}: ${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB`)
    },
  ],
})
const seconds = Number(process.hrtime.bigint() - begun) / 1e9
const { user, system } = process.cpuUsage(cpu)
const told = new Map((await study.trials()).map(({ number, completedAt }) => [number, completedAt ?? 0]))
let latest = 0
for await (const run of client.runs.list({ experimentId, pageSize: 200 })) {
  const number = Number(/^many-(\d+)-/.exec(run.display_name)?.[1])
  latest = Math.max(latest, (told.get(number) ?? 0) - Date.parse(run.finished_at ?? ''))
}
cluster.stdin.end()
const asked = await nextLine()
const counts = JSON.parse(asked) as Record<string, number>
console.log(`${RUNS} runs, ${IN_FLIGHT} in flight, ${seconds.toFixed(0)} s, asked every ${INTERVAL / 1000} s`)
console.log(`processor: ${(((user + system) / 1e6 / seconds) * 100).toFixed(1)} % of one core`)
console.log(`the end of a run noticed after at most ${(latest / INTERVAL).toFixed(2)} intervals`)
console.log(
  `list requests an interval: ${((counts['GET /apis/v2beta1/runs'] ?? 0) / (seconds / (INTERVAL / 1000))).toFixed(2)}`,
)
console.log(`heap after gc: ${memory.join(', ')}`)
console.log(counts)
