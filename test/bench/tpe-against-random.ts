/**
 * TPE against random search on the simulator: the best of 100 trials, on the same city and with the same seeds.
 * `pnpm bench:tpe`; a few minutes on two cores. Fails where TPE's median is not higher, or p is not below 0.01.
 */
import { createStudy, randomSampler, type Sampler, signedRankTest, tpe } from '@tune/core'
import { daysOf, openSimulator, type Simulator, suggestParameters } from '@tune/sim-local'

/** Fixed before they were first run. */
const SEEDS = Array.from({ length: 24 }, (_, i) => 101 + i)
const TRIALS = 100
const PARALLEL = 5

async function bestOf(simulator: Simulator, sampler: Sampler, seed: number): Promise<number> {
  await using study = await createStudy({ direction: 'maximize', sampler, seed, workers: 0 })
  await study.optimize(
    async (trial) => {
      const parameters = await suggestParameters(trial)
      const options = { inputs: 'predicted', seed } as const
      return (await simulator.simulateDays(daysOf('train'), parameters, options)).profitPerDriverHour
    },
    { trials: TRIALS, parallel: PARALLEL },
  )
  return (await study.bestTrial()).values?.[0] as number
}

const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half - 1)] as number) + (sorted[Math.floor(half)] as number)) / 2
}

await using simulator = openSimulator({ area: 'yokohama', size: 'm', frame: '17-21' })
const results: { readonly tpe: number; readonly random: number }[] = []
console.log(`best of ${TRIALS} trials, ${PARALLEL} in parallel, yen per driver-hour\nseed      TPE   random`)
for (const seed of SEEDS) {
  const result = {
    tpe: await bestOf(simulator, tpe(), seed),
    random: await bestOf(simulator, randomSampler(), seed),
  }
  results.push(result)
  console.log(`${String(seed).padStart(4)}  ${result.tpe.toFixed(1)}   ${result.random.toFixed(1)}`)
}
const medians = { tpe: median(results.map((r) => r.tpe)), random: median(results.map((r) => r.random)) }
const p = signedRankTest(results.map((r) => r.tpe - r.random))
console.log(
  `median  ${medians.tpe.toFixed(1)}  ${medians.random.toFixed(1)}; Wilcoxon p = ${p.toPrecision(3)}`,
)
if (!(medians.tpe > medians.random && p < 0.01)) process.exitCode = 1
