import { describe, expect, it } from 'vitest'
import type { Lease, StudyStorage } from '../../storage/study-storage.ts'
import type { FrozenTrial } from '../../trial/index.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, everyParam, LONG, newStudy, startTrial, withCode } from './fixtures.ts'

export function stateLaws(backend: StorageBackend): void {
  describe('states', () => {
    const store = storesOf(backend)

    it('a finished trial never changes', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      for (const state of ['complete', 'pruned', 'failed'] as const) {
        const lease = await startTrial(storage, id)
        const claim = { studyId: id, trialId: lease.trialId }
        await storage.finishTrial(lease, { state, values: state === 'complete' ? [1] : null })
        const trial = (await allTrials(storage, id)).at(-1) as FrozenTrial
        const refused = withCode('LEASE_LOST')
        await expect(storage.extendTrial(lease, { params: everyParam })).rejects.toEqual(refused)
        await expect(storage.extendTrial(lease, { intermediateValues: new Map([[0, 1]]) })).rejects.toEqual(
          refused,
        )
        await expect(storage.extendTrial(lease, { userAttributes: { a: 1 } })).rejects.toEqual(refused)
        await expect(storage.releaseTrial(lease)).rejects.toEqual(refused)
        const again = { state: 'complete', values: [2] } as const
        await expect(storage.finishTrial(lease, again)).rejects.toEqual(refused)
        for (const force of [false, true])
          await expect(storage.finishTrial({ ...claim, force }, again)).rejects.toEqual(
            withCode('TRIAL_NOT_RUNNING'),
          )
        expect((await allTrials(storage, id)).find((t) => t.id === trial.id)).toEqual(trial)
      }
    })

    it('a waiting trial has no end before it ran', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const trial = await createTrial(storage, id, { state: 'waiting', userAttributes: { a: 1 } })
      const claim = { studyId: id, trialId: trial.id }
      for (const right of [claim, { ...claim, force: true }])
        await expect(storage.finishTrial(right, { state: 'complete', values: [2] })).rejects.toEqual(
          withCode('TRIAL_NOT_RUNNING'),
        )
      expect((await storage.startTrial(id, { leaseMs: LONG }))?.trial).toMatchObject({
        id: trial.id,
        state: 'running',
        userAttributes: { a: 1 },
      })
    })

    it('a trial that is given back waits in its place, with what was written of it', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      let cursor = (await two.readTrials(id)).cursor
      const lease = await startTrial(one, id)
      await createTrial(one, id, { state: 'waiting' })
      await one.extendTrial(lease, { params: everyParam, userAttributes: { a: 1 } })
      const states = async () => {
        const page = await two.readTrials(id, cursor)
        cursor = page.cursor
        return page.trials.map(({ number, state }) => `${number} ${state}`)
      }
      expect(await states()).toEqual(['0 running', '1 waiting'])
      await one.releaseTrial(lease)
      expect(await states()).toContain('0 waiting')
      expect((await allTrials(two, id))[0]).toMatchObject({ state: 'waiting', startedAt: null })
      await expect(one.releaseTrial(lease)).rejects.toEqual(withCode('LEASE_LOST'))
      await expect(one.finishTrial(lease, { state: 'failed', values: null })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      const again = await two.startTrial(id, { leaseMs: LONG, budget: 1 })
      expect(again?.trial).toMatchObject({ number: 0, params: everyParam, userAttributes: { a: 1 } })
      expect(await states()).toContain('0 running')
    })

    it('waiting trials start first, the oldest first, each once however many clients want it', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const { id } = await newStudy(clients[0])
      for (let i = 0; i < 12; i++) await createTrial(clients[0], id, { state: 'waiting' })
      const started = await Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: 5 }, () => client.startTrial(id, { leaseMs: LONG })),
        ),
      )
      expect(started.map((s) => s?.trial.number).toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 15 }, (_, i) => i),
      )
    })

    it('of two clients that end a trial one is told that it came too late', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      const lease = await startTrial(one, id)
      const outcomes = await Promise.allSettled([
        one.finishTrial(lease, { state: 'complete', values: [1] }),
        two.finishTrial(lease, { state: 'complete', values: [2] }),
      ])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      const winner = outcomes[0].status === 'fulfilled' ? 1 : 2
      expect((await allTrials(one, id))[0]).toMatchObject({ state: 'complete', values: [winner] })
    })
  })

  describe('the budget', () => {
    const store = storesOf(backend)

    it('is never exceeded, and failed trials give their place back', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const storage = clients[0]
      const { id } = await newStudy(storage)
      await createTrial(storage, id, { state: 'complete', values: [1] })
      await createTrial(storage, id, { state: 'pruned' })
      await createTrial(storage, id, { state: 'failed' })
      await createTrial(storage, id, { state: 'waiting' })
      const ask = (client: StudyStorage) => client.startTrial(id, { leaseMs: LONG, budget: 7 })
      const started = (
        await Promise.all(clients.flatMap((client) => [1, 2, 3].map(() => ask(client))))
      ).filter(Boolean)
      expect(started).toHaveLength(5)
      expect(await ask(storage)).toBeUndefined()
      await storage.finishTrial(started[0]?.lease as Lease, { state: 'failed', values: null })
      expect((await ask(storage))?.trial.number).toBe(8)
      expect(await ask(storage)).toBeUndefined()
    })
  })
}
