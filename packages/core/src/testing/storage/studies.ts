import { describe, expect, it } from 'vitest'
import { isTuneError } from '../../errors/tune-error.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, everyParam, LONG, newStudy, withCode } from './fixtures.ts'

export function studyLaws(backend: StorageBackend): void {
  describe('studies', () => {
    const store = storesOf(backend)

    it('are read as they were created, by any client', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const created = await one.createStudy({
        name: 'näme 🚕',
        directions: ['maximize', 'minimize'],
        systemAttributes: { seed: 2 ** 53 - 1 },
      })
      expect(await two.readStudy('näme 🚕')).toEqual(created)
      expect(created).toMatchObject({
        directions: ['maximize', 'minimize'],
        systemAttributes: { seed: 2 ** 53 - 1 },
      })
      const other = await newStudy(two, 'other')
      expect((await one.listStudies()).map(({ id }) => id)).toEqual([created.id, other.id])
    })

    it('have names of their own: one of two clients gets it', async () => {
      const place = await store()
      const clients = [await place.open(), await place.open(), await place.open()]
      const outcomes = await Promise.allSettled(clients.map((client) => newStudy(client)))
      const won = outcomes.filter(({ status }) => status === 'fulfilled')
      const refused = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      )
      expect(won).toHaveLength(1)
      expect(refused).toEqual([withCode('STUDY_EXISTS'), withCode('STUDY_EXISTS')])
    })

    it.each([
      ['case', 'Case'],
      ['blank', 'blank '],
      ['e', 'é'],
    ])('tells %j from %j, or says that it cannot', async (a, b) => {
      const storage = await (await store()).open()
      await newStudy(storage, a)
      const outcome = await newStudy(storage, b).then(
        async () => (await storage.readStudy(b)).name,
        (error: unknown) => isTuneError(error, 'INVALID_NAME'),
      )
      expect([b, true]).toContain(outcome)
      expect((await storage.readStudy(a)).name).toBe(a)
    })

    it('refuse a name that is empty or too long', async () => {
      const storage = await (await store()).open()
      for (const name of ['', 'x'.repeat(513)]) {
        await expect(async () => newStudy(storage, name)).rejects.toEqual(withCode('INVALID_NAME'))
      }
      expect((await newStudy(storage, 'x'.repeat(512))).name).toHaveLength(512)
    })

    it('are deleted with all that hangs on them, and only they', async () => {
      const storage = await (await store()).open()
      const [gone, kept] = [await newStudy(storage, 'gone'), await newStudy(storage, 'kept')]
      for (const { id } of [gone, kept]) {
        await storage.setStudyAttributes(id, 'user', { a: 1 })
        await createTrial(storage, id, {
          state: 'complete',
          values: [1],
          params: everyParam,
          userAttributes: { u: 1 },
        })
        await storage.startTrial(id, { leaseMs: LONG })
      }
      const before = await allTrials(storage, kept.id)
      await storage.deleteStudy(gone.id)
      await expect(storage.readStudy('gone')).rejects.toEqual(withCode('STUDY_NOT_FOUND'))
      expect(await allTrials(storage, kept.id)).toEqual(before)
      expect(await allTrials(storage, (await newStudy(storage, 'gone')).id)).toEqual([])
    })

    it('keep attributes of both kinds apart, and replace them one by one', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      await storage.setStudyAttributes(id, 'user', { a: 1, b: { deep: [null, true, 'x'] } })
      await storage.setStudyAttributes(id, 'system', { a: 2 })
      await storage.setStudyAttributes(id, 'user', { a: Number.NaN })
      expect(await storage.readStudy('study')).toMatchObject({
        userAttributes: { a: Number.NaN, b: { deep: [null, true, 'x'] } },
        systemAttributes: { a: 2 },
      })
    })

    it('that do not exist are told by name or id', async () => {
      const storage = await (await store()).open()
      const missing = withCode('STUDY_NOT_FOUND')
      await expect(storage.readStudy('none')).rejects.toEqual(missing)
      await expect(storage.deleteStudy(99)).rejects.toEqual(missing)
      await expect(storage.setStudyAttributes(99, 'user', { a: 1 })).rejects.toEqual(missing)
      await expect(createTrial(storage, 99, { state: 'waiting' })).rejects.toEqual(missing)
      await expect(storage.startTrial(99, { leaseMs: LONG })).rejects.toEqual(missing)
      await expect(storage.readTrials(99)).rejects.toEqual(missing)
    })
  })
}
