import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  createStudy,
  deleteStudy,
  randomSampler,
  readAllTrials,
  type Study,
  type StudyStorage,
} from '@tune/core'
import { openStorage } from '@tune/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertSound, Crew, type Mood, readLogs } from './crew.ts'
import { seededRandom } from './seeded-random.ts'
import { type Store, stores } from './stores.ts'

const MEMBERS = 4

describe.each(stores)('a crew of processes on %s', (_, open) => {
  let store: Store
  beforeAll(async () => {
    store = await open()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  /** Lets a crew begin a study. */
  async function crewOf(
    budget: number,
    mood: Mood,
    work: (crew: Crew, study: Study, storage: StudyStorage, folder: string) => Promise<void>,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'tune-crew-'))
    try {
      await using place = await store.create()
      await using storage = await openStorage(place.url)
      await using study = await createStudy({ name: 'crew', storage, sampler: randomSampler() })
      await using crew = new Crew(MEMBERS, place.url, 'crew', budget, folder, mood)
      await work(crew, study, storage, folder)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  it('ends every trial, whatever objectives throw, give and write, while members are killed', async () => {
    const random = seededRandom(11)
    await crewOf(400, 'odd', async (crew, study, _storage, folder) => {
      await crew.ended(study, 50, () => crew.kill(random))
      expect(crew.errors).toEqual([])
      expect(crew.kills).toBeGreaterThan(4)
      const trials = await study.trials()
      assertSound(trials, await readLogs(MEMBERS, folder), 400, false)
      // The first three of seven have no value.
      const complete = trials.filter(({ state }) => state === 'complete')
      expect(complete.filter(({ number }) => number % 7 < 3)).toEqual([])
    })
  })

  it('lets nobody write into a trial that another one has taken over from a member that was stopped', async () => {
    const random = seededRandom(12)
    await crewOf(300, 'signing', async (crew, study, _storage, folder) => {
      await crew.ended(study, 30, () => crew.pause(random, 3500))
      expect(crew.errors).toEqual([])
      expect(crew.pauses).toBeGreaterThan(2)
      const trials = await study.trials()
      const { told, tellers } = await readLogs(MEMBERS, folder)
      expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(300)
      expect(trials.filter(({ state }) => state === 'running')).toEqual([])
      for (const { number, state, values, params, userAttributes } of trials) {
        if (state !== 'complete') continue
        const x = params.get('x')?.internal as number
        expect(values).toEqual([1000 * x + number])
        expect(told.get(number)).toBe(`complete ${String(values)}`)
        expect([number, ...Object.values(userAttributes)]).toEqual([
          number,
          ...Array(4).fill(tellers.get(number)),
        ])
      }
    })
  })

  it('leaves a study alone that takes the name and the row of the one that was deleted under it', async () => {
    await crewOf(1_000_000, 'steady', async (crew, study, storage, folder) => {
      // Whoever begins later finds the next study under that name.
      while ((await readLogs(MEMBERS, folder)).members < MEMBERS) await delay(20)
      while ((await study.counts()).complete < 20) await delay(20)
      await deleteStudy('crew', storage)
      await using next = await createStudy({ name: 'crew', storage, sampler: randomSampler() })
      await next.optimize((trial) => trial.suggestInt('x', 1, 9), { trials: 30 })
      await crew.allEnded()
      expect(crew.errors).toEqual(Array(MEMBERS).fill('STUDY_NOT_FOUND\n'))
      const trials = await readAllTrials(storage, next.id)
      expect(trials.map(({ state }) => state)).toEqual(Array(30).fill('complete'))
      for (const { values, params, intermediateValues } of trials) {
        expect([params.size, intermediateValues.size]).toEqual([1, 0])
        expect(values).toEqual([params.get('x')?.internal])
      }
    })
  })
})
