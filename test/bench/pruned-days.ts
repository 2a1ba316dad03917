/**
 * What pruning by Wilcoxon over days saves on the demo's study: ten paired seeds, each tuned with and without the
 * pruner by the command line. `pnpm bench:pruning`; the figures are reported, whatever they are.
 */
import { readAllTrials, signedRankTest } from '@tune/core'
import { openStorage } from '@tune/storage'
import { workplace } from '../e2e/tuner.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

async function tuned(seed: number, pruner: string) {
  await using place = await workplace()
  await place.write(
    'study.yaml',
    `study: s\nseed: ${seed}\npruner: { name: ${pruner} }\nobjective:\n  simulator: { area: yokohama, size: m, frame: 17-21, replications: 2 }\n`,
  )
  const { code, err } = await place.tuner('run', 'study.yaml')
  if (code !== 0) throw new Error(err)
  await using storage = await openStorage(`sqlite:${place.folder}/tune.db`)
  const [study] = await storage.listStudies()
  const trials = await readAllTrials(storage, study?.id ?? '')
  return {
    days: trials.reduce((sum, { intermediateValues }) => sum + intermediateValues.size, 0),
    trials: trials.length,
    best: Math.max(...trials.flatMap(({ state, values }) => (state === 'complete' ? (values ?? []) : []))),
  }
}

const differences: number[] = []
let [all, needed] = [0, 0]
for (const seed of SEEDS) {
  const [whole, pruned] = [await tuned(seed, 'none'), await tuned(seed, 'wilcoxon')]
  all += whole.days
  needed += pruned.days
  differences.push(pruned.best - whole.best)
  console.log(
    `seed ${seed}: days ${whole.days} -> ${pruned.days}; best ${whole.best.toFixed(1)} -> ${pruned.best.toFixed(1)}`,
  )
}
console.log(`days saved: ${(100 * (1 - needed / all)).toFixed(1)} %`)
console.log(
  `best, pruned minus whole: mean ${(differences.reduce((a, b) => a + b) / differences.length).toFixed(2)} yen`,
)
console.log(
  `Wilcoxon, pruned is worse: p = ${signedRankTest(differences, { alternative: 'less' }).toFixed(3)}`,
)
