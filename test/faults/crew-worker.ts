/** One process of a crew: runs trials of a study until its budget is met, and writes down what it did. */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTuneError, loadStudy, type Objective, randomSampler, type Trial } from '@tune/core'
import { openStorage } from '@tune/storage'
import type { Mood } from './crew.ts'

const [url, name, budget, log, mood] = process.argv.slice(2) as [string, string, string, string, Mood]

const steady = async (trial: Trial): Promise<number> => {
  const x = await trial.suggestFloat('x', 0, 1)
  await sleep(10 + 30 * x)
  await trial.report(x, 0)
  return 1000 * x + trial.number
}

const objectives: Readonly<Record<Mood, Objective<Trial['params']>>> = {
  steady,
  /** Does what it should not, in most trials. */
  odd: async (trial) => {
    const circular: unknown[] = []
    circular.push(circular)
    switch (trial.number % 7) {
      case 0:
        throw Object.create(null)
      case 1:
        return Number.NaN
      case 2:
        return circular as never
      case 3:
        await trial.setUserAttribute('k'.repeat(600), 1).catch(() => {})
        break
      case 4:
        await trial.setUserAttribute('f', (() => 1) as never).catch(() => {})
        break
      case 5:
        await trial.report(1, 0.5).catch(() => {})
    }
    return steady(trial)
  },
  /** Signs all that it writes. */
  signing: async (trial) => {
    const x = await trial.suggestFloat('x', 0, 1)
    for (let step = 0; step < 4; step++) {
      await trial.setUserAttribute(`step ${step}`, log)
      await sleep(20 + 30 * x)
    }
    await trial.report(x, 0)
    return 1000 * x + trial.number
  },
}

await using storage = await openStorage(url)
await using study = await loadStudy(name, {
  storage,
  sampler: randomSampler(),
  lease: mood === 'signing' ? 1500 : 4000,
  retry: { lost: 2 },
  onNotice: () => {},
})
const objective = objectives[mood]
await study
  .optimize(
    (trial) => {
      appendFileSync(log, `start ${trial.number}\n`)
      return objective(trial)
    },
    {
      trials: Number(budget),
      parallel: 2,
      // What another process took over is that one's.
      catch: (error) => mood === 'odd' || isTuneError(error, 'LEASE_LOST'),
      maxConsecutiveFailures: 1_000_000,
      orphans: mood === 'signing' ? 'adopt' : 'fail',
      callbacks: [
        (_, { number, state, values }) => appendFileSync(log, `told ${number} ${state} ${String(values)}\n`),
      ],
    },
  )
  .catch((error: unknown) => {
    if (!isTuneError(error)) throw error
    process.stderr.write(`${error.code}\n`)
    process.exitCode = 1
  })
