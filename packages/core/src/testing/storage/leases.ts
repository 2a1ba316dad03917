import { describe, expect, it } from 'vitest'
import type { Lease } from '../../storage/study-storage.ts'
import type { FrozenTrial } from '../../trial/index.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, everyParam, LONG, newStudy, withCode } from './fixtures.ts'

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function leaseLaws(backend: StorageBackend): void {
  describe('leases', () => {
    const store = storesOf(backend)

    it('let nobody reap a trial while they last, and one client once they expired', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      await one.startTrial(id, { leaseMs: LONG })
      const short = await one.startTrial(id, { leaseMs: 1 })
      await later(30)
      const reaped = await Promise.all([one.reapTrials(id), two.reapTrials(id)])
      expect(reaped.flat()).toEqual([1])
      expect((await allTrials(two, id)).map(({ state }) => state)).toEqual(['running', 'failed'])
      const lease = short?.lease
      if (lease === undefined) throw new Error('nothing was started')
      await expect(one.finishTrial(lease.trialId, { state: 'complete', values: [1], lease })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      expect(await one.renewLeases([lease], LONG)).toEqual([lease])
    })

    it('are renewed', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const lease = (await storage.startTrial(id, { leaseMs: 1 }))?.lease
      if (lease === undefined) throw new Error('nothing was started')
      expect(await storage.renewLeases([lease], LONG)).toEqual([])
      await later(30)
      expect(await storage.reapTrials(id)).toEqual([])
      await storage.finishTrial(lease.trialId, { state: 'complete', values: [1], lease })
      expect(await storage.renewLeases([lease], LONG)).toEqual([lease])
    })

    it('are worthless with another token', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const trialId = (await storage.startTrial(id, { leaseMs: LONG }))?.trial.id as number
      const forged = { trialId, token: 'forged' }
      expect(await storage.renewLeases([forged], LONG)).toEqual([forged])
      const outcome = { state: 'complete', values: [1], lease: forged } as const
      await expect(storage.finishTrial(trialId, outcome)).rejects.toEqual(withCode('LEASE_LOST'))
      expect((await allTrials(storage, id))[0]).toMatchObject({ state: 'running' })
    })

    it('of dead owners let each trial be tried again once, in the same transaction', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const { id } = await newStudy(clients[0])
      for (let i = 0; i < 4; i++) {
        const trialId = (await clients[0]?.startTrial(id, { leaseMs: 1 }))?.trial.id as number
        await clients[0]?.extendTrial(trialId, { params: everyParam, userAttributes: { i } })
      }
      await later(30)
      const options = {
        systemAttributes: { why: 'lost' },
        requeue: ({ number, params, userAttributes }: FrozenTrial) =>
          number === 2
            ? undefined
            : ({ state: 'waiting', params, userAttributes, systemAttributes: { of: number } } as const),
      }
      const reaped = await Promise.all(clients.map((client) => client.reapTrials(id, options)))
      expect(reaped.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
      const trials = await allTrials(clients[1], id)
      expect(trials.slice(0, 4).map(({ state, systemAttributes }) => [state, systemAttributes])).toEqual(
        Array(4).fill(['failed', { why: 'lost' }]),
      )
      const again = trials.slice(4)
      expect(new Set(again.map(({ systemAttributes }) => systemAttributes['of']))).toEqual(new Set([0, 1, 3]))
      for (const { state, params, userAttributes, systemAttributes } of again) {
        expect({ state, params, userAttributes }).toEqual({
          state: 'waiting',
          params: everyParam,
          userAttributes: { i: systemAttributes['of'] },
        })
      }
    })

    it('let a trial that failed be tried again in the same transaction', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const trialId = (await storage.startTrial(id, { leaseMs: LONG }))?.trial.id as number
      const requeue = { state: 'waiting', params: everyParam } as const
      await storage.finishTrial(trialId, { state: 'failed', values: null, requeue })
      expect(await allTrials(storage, id)).toMatchObject([{ state: 'failed' }, requeue])
      await expect(storage.finishTrial(trialId, { state: 'failed', values: null, requeue })).rejects.toEqual(
        withCode('TRIAL_NOT_RUNNING'),
      )
      expect(await allTrials(storage, id)).toHaveLength(2)
    })

    it('of dead owners are taken over by one client, and then worthless to the owner', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const [owner] = clients
      const { id } = await newStudy(owner)
      const started = await owner.startTrial(id, { leaseMs: 1 })
      await owner.startTrial(id, { leaseMs: LONG })
      await owner.extendTrial(started?.trial.id as number, { params: everyParam })
      await later(30)
      const adopted = (await Promise.all(clients.map((client) => client.adoptTrials(id, LONG)))).flat()
      expect(adopted.map(({ trial }) => trial)).toMatchObject([
        { number: 0, state: 'running', params: everyParam },
      ])
      expect(await owner.reapTrials(id)).toEqual([])
      const outcome = { state: 'complete', values: [1] } as const
      const [old, now] = [started?.lease as Lease, adopted[0]?.lease as Lease]
      await expect(owner.finishTrial(old.trialId, { ...outcome, lease: old })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      await owner.finishTrial(now.trialId, { ...outcome, lease: now })
      expect((await allTrials(owner, id))[0]).toMatchObject(outcome)
    })
  })
}
