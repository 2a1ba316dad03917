import { describe, expect, it } from 'vitest'
import { isTuneError } from '../../errors/tune-error.ts'
import { categorical } from '../../space/index.ts'
import type { TrialParam } from '../../trial/index.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, everyParam, LONG, newStudy, startTrial, withCode } from './fixtures.ts'

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

    it('keep all attributes that several clients set at once', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const { id, name } = await newStudy(clients[0])
      await Promise.all(
        clients.flatMap((client, c) =>
          Array.from({ length: 8 }, (_, i) => client.setStudyAttributes(id, 'user', { [`${c} ${i}`]: i })),
        ),
      )
      expect(Object.keys((await clients[1].readStudy(name)).userAttributes)).toHaveLength(24)
    })

    it('and trials keep every number and every text in their attributes', async () => {
      const storage = await (await store()).open()
      const { id, name } = await newStudy(storage)
      const every = {
        numbers: [0, 5e-324, -1.7976931348623157e308, 0.1 + 0.2, 2 ** 53, Number.NaN],
        infinities: [Number.POSITIVE_INFINITY, { deep: Number.NEGATIVE_INFINITY }],
        integers: [2n ** 64n, -(2n ** 70n)],
        texts: ['', 'NaN', '"Infinity\\', '\u0000\n\u2028', '🚕', '1e99999'],
        'NaN "key"': null,
      }
      for (const kind of ['user', 'system'] as const) await storage.setStudyAttributes(id, kind, every)
      const attributes = { userAttributes: every, systemAttributes: every }
      await createTrial(storage, id, { state: 'waiting', ...attributes })
      expect(await storage.readStudy(name)).toMatchObject(attributes)
      expect(await allTrials(storage, id)).toMatchObject([attributes])
    })

    it('that were deleted are gone for ever, whatever takes their name and their row', async () => {
      const place = await store()
      const [holder, other] = [await place.open(), await place.open()]
      const gone = await newStudy(holder)
      const lease = await startTrial(holder, gone.id)
      await createTrial(holder, gone.id, { state: 'waiting' })
      const { cursor } = await holder.readTrials(gone.id)
      await other.deleteStudy(gone.id)
      const next = await newStudy(other)
      const running = await startTrial(other, next.id)
      await other.extendTrial(running, { params: everyParam })
      const before = await allTrials(other, next.id)
      const missing = withCode('STUDY_NOT_FOUND')
      const writes: (() => Promise<unknown>)[] = [
        () => holder.setStudyAttributes(gone.id, 'user', { a: 1 }),
        () => createTrial(holder, gone.id, { state: 'waiting' }),
        () => holder.startTrial(gone.id, { leaseMs: LONG }),
        () => holder.extendTrial(lease, { intermediateValues: new Map([[0, 1]]) }),
        () => holder.extendTrial(lease, { params: new Map([['c', everyParam.get('choice') as TrialParam]]) }),
        () => holder.finishTrial(lease, { state: 'complete', values: [1] }),
        () =>
          holder.finishTrial(
            { studyId: gone.id, trialId: running.trialId, force: true },
            { state: 'failed', values: null },
          ),
        () => holder.releaseTrial(lease),
        () => holder.reapTrials(gone.id),
        () => holder.adoptTrials(gone.id, LONG),
        () => holder.readOwners(gone.id),
        () => holder.readTrials(gone.id),
        () => holder.readTrials(gone.id, cursor),
        () => holder.deleteStudy(gone.id),
      ]
      for (const write of writes) await expect(write()).rejects.toEqual(missing)
      expect(await holder.renewLeases([lease], LONG)).toEqual([lease])
      expect(await allTrials(other, next.id)).toEqual(before)
      // What the deleted study knew of its parameters binds the new one in nothing.
      const x = { distribution: categorical(['a']), internal: 0 }
      await createTrial(holder, (await newStudy(holder, 'third')).id, {
        state: 'waiting',
        params: new Map([['x', x]]),
      })
    })

    it('have an identity of their own that nobody can set', async () => {
      const storage = await (await store()).open()
      const [one, two] = [await newStudy(storage, 'one'), await newStudy(storage, 'two')]
      expect(one.id).toMatch(/^[0-9a-f-]{36}$/)
      expect(one.id).not.toBe(two.id)
      expect((await storage.readStudy('one')).id).toBe(one.id)
      for (const kind of ['user', 'system'] as const)
        await expect(async () =>
          storage.setStudyAttributes(one.id, kind, { 'tune:id': two.id }),
        ).rejects.toEqual(withCode('INVALID_NAME'))
    })

    it('that do not exist are told by name or id', async () => {
      const storage = await (await store()).open()
      const missing = withCode('STUDY_NOT_FOUND')
      await expect(storage.readStudy('none')).rejects.toEqual(missing)
      await expect(storage.deleteStudy('99')).rejects.toEqual(missing)
      await expect(storage.setStudyAttributes('99', 'user', { a: 1 })).rejects.toEqual(missing)
      await expect(createTrial(storage, '99', { state: 'waiting' })).rejects.toEqual(missing)
      await expect(storage.startTrial('99', { leaseMs: LONG })).rejects.toEqual(missing)
      await expect(storage.readTrials('99')).rejects.toEqual(missing)
    })
  })
}
