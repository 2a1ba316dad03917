import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  copyStudy,
  createStudy,
  float,
  InMemoryStorage,
  type NewTrial,
  randomSampler,
  readAllTrials,
} from '@tune/core'
import { createDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'

async function sqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'tune-sizes-'))
  return { url: `sqlite:${join(folder, 'study.db')}`, drop: () => rm(folder, { recursive: true }) }
}

/** A server that takes no longer packets than the least that is usual. */
async function narrowMysql() {
  const database = await createDatabase()
  const connection = await mysql.createConnection(database.url)
  await connection.query('SET GLOBAL max_allowed_packet = 1048576')
  await connection.end()
  return { ...database, url: `${database.url}?attempt_timeout=5` }
}

describe.each([
  ['SQLite', sqlite, 9000],
  ['MySQL', narrowMysql, 20_000],
])('%s takes', (_, create, reports) => {
  it('any number of reports before an objective first waits', async () => {
    const database = await create()
    try {
      await using storage = await openStorage(database.url)
      await using study = await createStudy({ storage, sampler: randomSampler() })
      await study.optimize(
        async (trial) => {
          for (let step = 0; step < reports; step++) void trial.report(step / 2, step)
          // What waits for the storage, and what goes with the trial's end.
          if (trial.number === 0) await trial.saved()
          return 1
        },
        { trials: 2 },
      )
      for (const trial of await study.trials()) {
        expect(trial).toMatchObject({ state: 'complete', values: [1] })
        expect(trial.intermediateValues.size).toBe(reports)
      }
    } finally {
      await database.drop()
    }
  })

  it('many trials of many parameters and long attributes at once, and a copy of them', async () => {
    const database = await create()
    try {
      await using storage = await openStorage(database.url)
      const x = { distribution: float(0, 1), internal: 0.5 }
      const trial: NewTrial = {
        state: 'waiting',
        params: new Map(Array.from({ length: 20 }, (_, i) => [`x${i}`, x])),
        userAttributes: { note: 'ü'.repeat(5000) },
      }
      const { id } = await storage.createStudy({ name: 'wide', directions: ['minimize'] })
      const added = await storage.createTrials(id, Array<NewTrial>(500).fill(trial))
      expect(added.map(({ number }) => number)).toEqual(added.map((_, i) => i))
      const copy = await copyStudy(storage, 'wide', { storage, name: 'copy' })
      const trials = await readAllTrials(storage, copy.id)
      expect(trials).toHaveLength(500)
      for (const { params, userAttributes } of trials) {
        expect(params).toEqual(trial.params)
        expect(userAttributes).toEqual(trial.userAttributes)
      }
    } finally {
      await database.drop()
    }
  })
})

it('SQLite lets 40,000 trials wait, and a run take them in their order', async () => {
  await using storage = await openStorage('sqlite::memory:')
  await using study = await createStudy({ storage, sampler: randomSampler() })
  await storage.createTrials(study.id, Array<NewTrial>(40_000).fill({ state: 'waiting' }))
  const numbers: number[] = []
  await study.optimize(({ number }) => numbers.push(number), { trials: 5 })
  expect(numbers).toEqual([0, 1, 2, 3, 4])
  expect(await study.counts()).toMatchObject({ complete: 5, waiting: 39_995 })
})

it('an attribute that MySQL cannot keep is refused at the call, and the trial keeps its value', async () => {
  const database = await createDatabase()
  try {
    await using storage = await openStorage(database.url)
    await using study = await createStudy({ storage, sampler: randomSampler() })
    const refusals: unknown[] = []
    await study.optimize(
      async (trial) => {
        await trial.setUserAttribute('fits', 'x'.repeat(60_000))
        await trial
          .setUserAttribute('long', 'x'.repeat(70_000))
          .catch((error: unknown) => refusals.push(error))
        await trial
          .suggestCategorical(
            'c',
            Array.from({ length: 9000 }, (_, i) => `choice ${i}`),
          )
          .catch((error: unknown) => refusals.push(error))
        return 1
      },
      { trials: 1 },
    )
    expect(refusals).toMatchObject([{ code: 'INVALID_VALUE' }, { code: 'INVALID_VALUE' }])
    const long = () => Promise.reject(new Error('\u0000ü\ud800'.repeat(40_000)))
    await study.optimize((trial) => (trial.number === 1 ? long() : 1), { trials: 2, catch: true })
    const [, failed] = await study.trials()
    expect(failed?.systemAttributes['tune:failure']).toMatch(/^Error: \0ü\ufffd.*…$/s)
    const [trial] = await study.trials()
    expect(trial).toMatchObject({ state: 'complete', values: [1] })
    expect(Object.keys(trial?.userAttributes ?? {})).toEqual(['fits'])
  } finally {
    await database.drop()
  }
})

describe('a copy', () => {
  it('that fails leaves nothing behind, so that it can be tried again', async () => {
    const from = new InMemoryStorage()
    await using study = await createStudy({ name: 's', storage: from, sampler: randomSampler() })
    for (let i = 0; i < 300; i++) await study.add({ state: 'complete', values: [i] })
    class Failing extends InMemoryStorage {
      fails = true
      override async createTrials(...[id, trials]: Parameters<InMemoryStorage['createTrials']>) {
        if (this.fails) throw new Error('the disk is full')
        return super.createTrials(id, trials)
      }
    }
    const to = new Failing()
    await expect(copyStudy(from, 's', { storage: to })).rejects.toThrow('the disk is full')
    expect(await to.listStudies()).toEqual([])
    to.fails = false
    const copy = await copyStudy(from, 's', { storage: to })
    expect(copy.id).not.toBe(study.id)
    expect(await readAllTrials(to, copy.id)).toHaveLength(300)
  })

  it('whose process died goes on under its name; one that has trials is left alone', async () => {
    const from = new InMemoryStorage()
    await using study = await createStudy({ name: 's', storage: from, sampler: randomSampler() })
    await study.add({ state: 'complete', values: [1] })
    class Dying extends InMemoryStorage {
      dies = true
      override createTrials(...[id, trials]: Parameters<InMemoryStorage['createTrials']>) {
        return this.dies ? new Promise<never>(() => {}) : super.createTrials(id, trials)
      }
    }
    const to = new Dying()
    void copyStudy(from, 's', { storage: to })
    await expect.poll(() => to.listStudies()).toHaveLength(1)
    to.dies = false
    const copy = await copyStudy(from, 's', { storage: to })
    expect(await readAllTrials(to, copy.id)).toHaveLength(1)
    await expect(copyStudy(from, 's', { storage: to })).rejects.toMatchObject({ code: 'STUDY_EXISTS' })
  })

  it('says what it leaves out', async () => {
    const from = new InMemoryStorage()
    await using study = await createStudy({ name: 's', storage: from, sampler: randomSampler() })
    await study.add({
      state: 'complete',
      values: [1],
      systemAttributes: { 'tune:unreadable': ['parameter x'] },
    })
    const leftOut: unknown[] = []
    await copyStudy(from, 's', { storage: new InMemoryStorage(), onLeftOut: (...what) => leftOut.push(what) })
    expect(leftOut).toEqual([[0, 'parameter x']])
  })
})
