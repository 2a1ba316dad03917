import { describe, expect, it } from 'vitest'
import type { Lease, TrialAdditions } from '../../storage/study-storage.ts'
import type { FrozenTrial, TrialParam } from '../../trial/index.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, everyParam, LONG, newStudy, startTrial, withCode } from './fixtures.ts'

/** More leases than one statement takes. */
const MANY = 1100

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function leaseLaws(backend: StorageBackend): void {
  describe('leases', () => {
    const store = storesOf(backend)

    it('let nobody reap a trial while they last, and one client once they expired', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      await one.startTrial(id, { leaseMs: LONG })
      const lease = await startTrial(one, id, 1)
      await later(30)
      const reaped = await Promise.all([one.reapTrials(id), two.reapTrials(id)])
      expect(reaped.flat()).toEqual([1])
      expect((await allTrials(two, id)).map(({ state }) => state)).toEqual(['running', 'failed'])
      await expect(one.finishTrial(lease, { state: 'complete', values: [1] })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      expect(await one.renewLeases([lease], LONG)).toEqual([lease])
    })

    it('that are over for too short a time, or of trials that are to be left alone, stay with their owners', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      for (let i = 0; i < 3; i++) await startTrial(storage, id, 1)
      await later(30)
      expect(await storage.reapTrials(id, { leaseGraceMs: LONG })).toEqual([])
      expect(await storage.adoptTrials(id, LONG, { leaseGraceMs: LONG })).toEqual([])
      const adopted = await storage.adoptTrials(id, LONG, { except: new Set([0, 2]) })
      expect(adopted.map(({ trial }) => trial.number)).toEqual([1])
      expect(await storage.reapTrials(id, { leaseGraceMs: 1, except: new Set([0]) })).toEqual([2])
      expect(await storage.reapTrials(id, { leaseGraceMs: Infinity })).toEqual([])
      expect(await storage.reapTrials(id)).toEqual([0])
    })

    it('are renewed', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const lease = await startTrial(storage, id, 1)
      expect(await storage.renewLeases([lease], LONG)).toEqual([])
      await later(30)
      expect(await storage.reapTrials(id)).toEqual([])
      await storage.finishTrial(lease, { state: 'complete', values: [1] })
      expect(await storage.renewLeases([lease], LONG)).toEqual([lease])
    })

    it('are worthless with another token', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const lease = await startTrial(storage, id)
      const forged = { ...lease, token: 'forged' }
      expect(await storage.renewLeases([forged], LONG)).toEqual([forged])
      const outcome = { state: 'complete', values: [1] } as const
      await expect(storage.finishTrial(forged, outcome)).rejects.toEqual(withCode('LEASE_LOST'))
      expect((await allTrials(storage, id))[0]).toMatchObject({ state: 'running' })
    })

    it('fence every write: what the old owner does after an adoption has no effect', async () => {
      const place = await store()
      const [owner, other] = [await place.open(), await place.open()]
      const { id } = await newStudy(owner)
      const old = await startTrial(owner, id, 1)
      await owner.extendTrial(old, { intermediateValues: new Map([[0, 1]]) })
      await later(30)
      const [adopted] = await other.adoptTrials(id, LONG)
      const x = everyParam.get('x') as TrialParam
      const writes: TrialAdditions[] = [
        { intermediateValues: new Map([[0, 999]]) },
        { params: new Map([['x', x]]) },
        { userAttributes: { a: 1 } },
        { systemAttributes: { a: 1 } },
        { params: new Map([['x', x]]), userAttributes: { a: 1 } },
      ]
      for (const additions of writes)
        await expect(owner.extendTrial(old, additions)).rejects.toEqual(withCode('LEASE_LOST'))
      await expect(owner.releaseTrial(old)).rejects.toEqual(withCode('LEASE_LOST'))
      await expect(owner.finishTrial(old, { state: 'complete', values: [1] })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      expect(await allTrials(owner, id)).toEqual([adopted?.trial])
    })

    it('keep a trial from whoever has no token, unless they expired or it is forced', async () => {
      const place = await store()
      const [owner, other] = [await place.open(), await place.open()]
      const { id } = await newStudy(owner)
      const [alive, expired, forced] = [
        await startTrial(owner, id),
        await startTrial(owner, id, 1),
        await startTrial(owner, id),
      ]
      await later(30)
      const claim = ({ studyId, trialId }: Lease) => ({ studyId, trialId })
      const outcome = { state: 'complete', values: [1] } as const
      await expect(other.finishTrial(claim(alive), outcome)).rejects.toEqual(withCode('LEASE_HELD'))
      await other.finishTrial(claim(expired), outcome)
      await other.finishTrial({ ...claim(forced), force: true }, outcome)
      expect((await allTrials(owner, id)).map(({ state }) => state)).toEqual([
        'running',
        'complete',
        'complete',
      ])
      await expect(owner.finishTrial(forced, outcome)).rejects.toEqual(withCode('LEASE_LOST'))
      // The token can be handed on.
      await other.finishTrial(structuredClone(alive), outcome)
    })

    it('that the caller holds are not taken from it, expired or not', async () => {
      const place = await store()
      const [owner, other] = [await place.open(), await place.open()]
      const { id } = await newStudy(owner)
      const mine = await startTrial(owner, id, 1)
      await startTrial(other, id, 1)
      await later(30)
      const held = new Set([mine.token])
      expect((await owner.adoptTrials(id, 1, { held })).map(({ trial }) => trial.number)).toEqual([1])
      await later(30)
      expect(await owner.reapTrials(id, { held })).toEqual([1])
      expect((await allTrials(owner, id)).map(({ state }) => state)).toEqual(['running', 'failed'])
    })

    it('are renewed, reaped and taken over in any number', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const leases: Lease[] = []
      for (let i = 0; i < MANY; i++) leases.push(await startTrial(storage, id, 1))
      expect(await storage.renewLeases(leases, LONG)).toEqual([])
      expect(await storage.reapTrials(id)).toEqual([])
      const lost = { ...(leases[MANY - 1] as Lease), token: 'lost' }
      expect(await storage.renewLeases([...leases.slice(0, -1), lost], 1)).toEqual([lost])
      await later(30)
      expect(await storage.adoptTrials(id, LONG)).toHaveLength(MANY - 1)
    })

    it('show whose trials run', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      expect(await storage.readOwners(id)).toEqual([])
      await storage.finishTrial(await startTrial(storage, id), { state: 'failed', values: null })
      await startTrial(storage, id)
      expect(await storage.readOwners(id)).toEqual([{ number: 1, sign: 'lease' }])
    })

    it('of dead owners let each trial be tried again once, in the same transaction', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const { id } = await newStudy(clients[0])
      for (let i = 0; i < 4; i++) {
        await clients[0].extendTrial(await startTrial(clients[0], id, 1), {
          params: everyParam,
          userAttributes: { i },
        })
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
      const lease = await startTrial(storage, id)
      const requeue = { state: 'waiting', params: everyParam } as const
      await storage.finishTrial(lease, { state: 'failed', values: null, requeue })
      expect(await allTrials(storage, id)).toMatchObject([{ state: 'failed' }, requeue])
      await expect(storage.finishTrial(lease, { state: 'failed', values: null, requeue })).rejects.toEqual(
        withCode('LEASE_LOST'),
      )
      expect(await allTrials(storage, id)).toHaveLength(2)
    })

    it('of dead owners are taken over by one client, and then worthless to the owner', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const [owner] = clients
      const { id } = await newStudy(owner)
      const old = await startTrial(owner, id, 1)
      await owner.startTrial(id, { leaseMs: LONG })
      await owner.extendTrial(old, { params: everyParam })
      await later(30)
      const adopted = (await Promise.all(clients.map((client) => client.adoptTrials(id, LONG)))).flat()
      expect(adopted.map(({ trial }) => trial)).toMatchObject([
        { number: 0, state: 'running', params: everyParam },
      ])
      expect(await owner.reapTrials(id)).toEqual([])
      const outcome = { state: 'complete', values: [1] } as const
      const now = adopted[0]?.lease as Lease
      await expect(owner.finishTrial(old, outcome)).rejects.toEqual(withCode('LEASE_LOST'))
      await owner.finishTrial(now, outcome)
      expect((await allTrials(owner, id))[0]).toMatchObject(outcome)
    })
  })
}
