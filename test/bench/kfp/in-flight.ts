/**
 * What it costs to have 200 runs in flight: `pnpm bench:kfp [RUNS] [native]`. 2,000 trials, each a run over seven folds on a
 * cluster that is another process; the server is asked every 5 s. Prints, and does not judge. The processor time is told
 * beside that of watching as many runs of
 * which nothing changes.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
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
/** For how many intervals nothing but idle runs is watched, before and while the processor time is taken. */
const [SETTLE, IDLE] = [2, 6]
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
/** What it costs to watch so many runs of which nothing changes, in processor seconds a second. */
async function idle(): Promise<number> {
  const stop = new AbortController()
  const request = { study: 'idle', studyId: 'idle', attempt: 0, slot: 0, mayExist: false, params: { x: 2 } }
  const numbers = Array.from({ length: IN_FLIGHT }, (_, number) => number)
  const references = await Promise.all(
    numbers.map((number) => runner.start({ ...request, number, instances: FOLDS }, stop.signal)),
  )
  const watching = references.map(async (reference) => {
    for await (const _ of runner.watch(reference, stop.signal));
  })
  await delay(SETTLE * INTERVAL)
  const [before, since] = [process.cpuUsage(), process.hrtime.bigint()]
  await delay(IDLE * INTERVAL)
  const { user, system } = process.cpuUsage(before)
  const share = (user + system) / 1e6 / (Number(process.hrtime.bigint() - since) / 1e9)
  stop.abort()
  await Promise.all(watching)
  await Promise.all(references.map((reference) => runner.stop(reference)))
  return share
}
const idleShare = await idle()

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
console.log(
  `processor: ${(((user + system) / 1e6 / seconds) * 100).toFixed(1)} % of one core, and ${(idleShare * 100).toFixed(1)} % to watch ${IN_FLIGHT} runs of which nothing changes`,
)
console.log(`the end of a run noticed after at most ${(latest / INTERVAL).toFixed(2)} intervals`)
console.log(
  `list requests an interval: ${((counts['GET /apis/v2beta1/runs'] ?? 0) / (SETTLE + IDLE + seconds / (INTERVAL / 1000))).toFixed(2)}`,
)
console.log(`heap after gc: ${memory.join(', ')}`)
console.log(counts)
