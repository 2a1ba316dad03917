/** Opens a study as a tuner does, then asks and tells; says how long that took and how much memory. */
import { loadStudy, randomSampler } from '@tune/core'
import { openStorage } from '@tune/storage'

const [url = '', name = '', trials = '', params = ''] = process.argv.slice(2)
const before = performance.now()
await using storage = await openStorage(url)
await using study = await loadStudy(name, { storage, sampler: randomSampler() })
const { complete } = await study.counts()
const opened = performance.now()
const rss = process.resourceUsage().maxRSS / 1024
for (let i = 0; i < Number(trials); i++) {
  const trial = await study.ask()
  let total = 0
  for (let p = 0; p < Number(params); p++) total += await trial.suggestFloat(`x${p}`, 0, 1)
  await study.tell(trial, total)
}
const done = performance.now()
console.log(
  JSON.stringify({ complete, opening: opened - before, rss, perTrial: (done - opened) / Number(trials) }),
)
