/** One process that runs trials of a study with tune, when it is told to go. */
import { once } from 'node:events'
import { loadStudy, randomSampler, type Trial } from '@tune/core'
import { openStorage } from '@tune/storage'

const [url = '', name = '', ...numbers] = process.argv.slice(2)
const [trials = 0, params = 0, reports = 0] = numbers.map(Number)
await using storage = await openStorage(url)
await using study = await loadStudy(name, { storage, sampler: randomSampler() })

async function objective(trial: Trial): Promise<number> {
  let total = 0
  for (let i = 0; i < params; i++) total += await trial.suggestFloat(`x${i}`, -1, 1)
  for (let step = 0; step < reports; step++) await trial.report(total, step)
  return total
}

console.log('ready')
await once(process.stdin, 'data')
const begin = performance.now()
for (let i = 0; i < trials; i++) {
  const trial = await study.ask()
  await study.tell(trial, await objective(trial))
}
console.log((performance.now() - begin) / 1000)
process.stdin.destroy()
