/** One process of a crew: runs trials of a study until its budget is met, and writes down what it did. */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadStudy, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'

const [url = '', name = '', budget = '', log = ''] = process.argv.slice(2)
await using storage = await openStorage(url)
await using study = await loadStudy(name, {
  storage,
  sampler: randomSampler(),
  lease: 4000,
  retry: { lost: 2 },
})
await study.optimize(
  async (trial) => {
    appendFileSync(log, `start ${trial.number}\n`)
    const x = await trial.suggestFloat('x', 0, 1)
    await sleep(10 + 30 * x)
    await trial.report(x, 0)
    return 1000 * x + trial.number
  },
  {
    trials: Number(budget),
    parallel: 2,
    callbacks: [(_, { number, state, values }) => appendFileSync(log, `told ${number} ${state} ${values}\n`)],
  },
)
