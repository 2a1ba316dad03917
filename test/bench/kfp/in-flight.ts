/**
 * What it costs to have 200 runs in flight: `pnpm bench:kfp`. 2,000 trials, each a run of seven days on a cluster that is
 * another process; the server is asked every 5 s. Prints, and does not judge.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createStudy, evaluateWith, float, InMemoryStorage, noPruner, randomSampler } from '@tune/core'
import { KfpClient, kfpRunner, metadataStore, urlConnection } from '@tune/kfp'

const [RUNS, IN_FLIGHT, INTERVAL] = [Number(process.argv[2] ?? 2000), 200, 5000]
const DAYS = ['1', '2', '3', '4', '5', '6', '7']
const cluster = spawn(process.execPath, [new URL('./cluster.ts', import.meta.url).pathname], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = createInterface(cluster.stdout)
const [url] = (await once(lines, 'line')) as [string]
const connection = urlConnection(url)
const client = new KfpClient(connection)
const { experiment_id: experimentId } = await client.experiments.create({ display_name: 'many' })
await using runner = kfpRunner({
  client,
  experimentId,
  simulation: {
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
  },
  days: metadataStore(connection),
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
  metrics: { profit: { direction: 'minimize' } },
  instances: DAYS,
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
const [asked] = (await once(lines, 'line')) as [string]
const counts = JSON.parse(asked) as Record<string, number>
console.log(`${RUNS} runs, ${IN_FLIGHT} in flight, ${seconds.toFixed(0)} s, asked every ${INTERVAL / 1000} s`)
console.log(`processor: ${(((user + system) / 1e6 / seconds) * 100).toFixed(1)} % of one core`)
console.log(`the end of a run noticed after at most ${(latest / INTERVAL).toFixed(2)} intervals`)
console.log(
  `list requests an interval: ${((counts['GET /apis/v2beta1/runs'] ?? 0) / (seconds / (INTERVAL / 1000))).toFixed(2)}`,
)
console.log(`heap after gc: ${memory.join(', ')}`)
console.log(counts)
