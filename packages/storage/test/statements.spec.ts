import { createStudy, float, type Lease, randomSampler, type Study, type Trial } from '@tune/core'
import { createDatabase } from '@tune/tooling/mysql'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'
import { Wire } from './wire.ts'

async function suggest(trial: Trial, params: number): Promise<number> {
  let total = 0
  for (let i = 0; i < params; i++) total += await trial.suggestFloat(`x${i}`, 0, 1)
  return total
}

/** A study that has so many trials already, on a wire that is watched. */
async function watched<T>(
  trials: number,
  params: number,
  look: (study: Study, wire: Wire) => Promise<T>,
): Promise<T> {
  const database = await createDatabase()
  const wire = new Wire(database.url)
  try {
    await using storage = await openStorage(database.url, { connector: wire })
    await using study = await createStudy({ storage, sampler: randomSampler() })
    const x = { distribution: float(0, 1), internal: 0.5 }
    const known = new Map(Array.from({ length: params }, (_, i) => [`x${i}`, x] as const))
    await storage.createTrials(
      study.id,
      Array.from({ length: trials }, () => ({ state: 'complete', values: [1], params: known })),
    )
    await study.tell(await study.ask(), 1)
    return await look(study, wire)
  } finally {
    await database.drop()
  }
}

describe.each([
  [2, 5],
  [20, 5],
  [2, 2000],
])('a trial of %i parameters in a study of %i trials', (params, trials) => {
  it('costs eight statements, six of them in two transactions that commit', async () => {
    const cost = await watched(trials, params, (study, wire) =>
      wire.costOf(async () => {
        const trial = (await study.askWithin(undefined)) as Trial
        await study.tell(trial, await suggest(trial, params))
      }),
    )
    // Lock, facts and trial; what is new, twice; state, parameters and values.
    expect(cost).toEqual({ statements: 8, transactions: 2 })
  })

  it('costs one statement more for each report that is waited for, and one for those that are not', async () => {
    const [each, together] = await watched(trials, params, async (study, wire) => {
      const trial = await study.ask()
      await suggest(trial, params)
      await trial.saved()
      const awaited = await wire.costOf(async () => {
        for (let step = 0; step < 10; step++) {
          await trial.report(step, step)
          await trial.saved()
        }
      })
      const loose = await wire.costOf(async () => {
        for (let step = 10; step < 20; step++) await trial.report(step, step)
        await trial.saved()
      })
      return [awaited, loose]
    })
    expect(each).toEqual({ statements: 10, transactions: 0 })
    expect(together).toEqual({ statements: 1, transactions: 0 })
  })
})

it('a renewal of many leases is one statement', async () => {
  const cost = await watched(0, 0, async (study, wire) => {
    const { storage } = study
    const leases: Lease[] = []
    for (let i = 0; i < 7; i++) {
      const started = await storage.startTrial(study.id, { leaseMs: 60_000 })
      if (started !== undefined) leases.push(started.lease)
    }
    return wire.costOf(() => storage.renewLeases(leases, 60_000))
  })
  expect(cost.statements).toBe(1)
})
