/** One process that adds its share of trials, then waits until it sees all, and says what it sees. */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadStudy } from '@tune/core'
import { openStorage } from '@tune/storage'

const [url = '', name = '', share = '', total = ''] = process.argv.slice(2)
await using storage = await openStorage(url)
await using study = await loadStudy(name, { storage })
for (let i = 0; i < Number(share); i++) {
  const trial = await study.ask()
  const x = await trial.suggestFloat('x', -5, 5)
  const n = await trial.suggestInt('n', 1, 10)
  await study.tell(trial, x * x + n)
}
while ((await study.counts()).complete < Number(total)) await sleep(50)
const { number } = await study.bestTrial()
const numbers = (await study.trials()).map((trial) => trial.number)
console.log(JSON.stringify({ ...(await study.counts()), best: number, numbers }))
