import { describe, expect, it } from 'vitest'
import type { StudyStorage } from '../../storage/study-storage.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, everyParam, LONG, newStudy, withCode } from './fixtures.ts'

export function stateLaws(backend: StorageBackend): void {
  describe('states', () => {
    const store = storesOf(backend)

    it('a finished trial never changes', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      for (const state of ['complete', 'pruned', 'failed'] as const) {
        const trial = await createTrial(storage, id, { state, values: state === 'complete' ? [1] : null })
        const refused = withCode('TRIAL_NOT_RUNNING')
        await expect(storage.extendTrial(trial.id, { params: everyParam })).rejects.toEqual(refused)
        await expect(
          storage.extendTrial(trial.id, { intermediateValues: new Map([[0, 1]]) }),
        ).rejects.toEqual(refused)
        await expect(storage.extendTrial(trial.id, { userAttributes: { a: 1 } })).rejects.toEqual(refused)
        await expect(storage.finishTrial(trial.id, { state: 'complete', values: [2] })).rejects.toEqual(
          refused,
        )
        expect((await allTrials(storage, id)).find((t) => t.id === trial.id)).toEqual(trial)
      }
    })

    it('a waiting trial takes attributes, but neither parameters nor an end', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const trial = await createTrial(storage, id, { state: 'waiting', userAttributes: { a: 1 } })
      await storage.extendTrial(trial.id, { userAttributes: { b: 2 } })
      const refused = withCode('TRIAL_NOT_RUNNING')
      await expect(storage.extendTrial(trial.id, { params: everyParam })).rejects.toEqual(refused)
      await expect(storage.finishTrial(trial.id, { state: 'complete', values: [2] })).rejects.toEqual(refused)
      expect((await storage.startTrial(id, { leaseMs: LONG }))?.trial).toMatchObject({
        id: trial.id,
        state: 'running',
        userAttributes: { a: 1, b: 2 },
      })
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
      const trialId = (await one.startTrial(id, { leaseMs: LONG }))?.trial.id as number
      const outcomes = await Promise.allSettled([
        one.finishTrial(trialId, { state: 'complete', values: [1] }),
        two.finishTrial(trialId, { state: 'complete', values: [2] }),
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
      await storage.finishTrial(started[0]?.trial.id as number, { state: 'failed', values: null })
      expect((await ask(storage))?.trial.number).toBe(8)
      expect(await ask(storage)).toBeUndefined()
    })
  })
}
