import { describe, expect, it } from 'vitest'
import { float } from '../../space/index.ts'
import type { NewTrial } from '../../storage/study-storage.ts'
import type { JsonValue, TrialParam } from '../../trial/index.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, newStudy, startTrial, withCode } from './fixtures.ts'

/** More rows than one statement takes. */
const MANY = 1200

/** What a caller hands over: as it was at the call, as JSON keeps it, in any number. */
export function handedOverLaws(backend: StorageBackend): void {
  describe('what is handed over', () => {
    const store = storesOf(backend)

    it('is written as it was at the call', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const x: TrialParam = { distribution: float(0, 1), internal: 0.5 }
      const given = {
        params: new Map([['x', x]]),
        intermediateValues: new Map([[0, 1]]),
        userAttributes: { list: [1] } as Record<string, JsonValue>,
        systemAttributes: {},
        values: [1],
      }
      const expected = structuredClone(given)
      const spoil = () => {
        given.params.clear()
        given.intermediateValues.set(0, 999)
        ;(given.userAttributes['list'] as number[]).push(2)
        given.userAttributes['more'] = 1
        given.values[0] = 999
        const spoilt = { ...given }
        Object.assign(given, structuredClone(expected))
        return spoilt
      }
      const lease = await startTrial(storage, id)
      const calls: (() => Promise<unknown>)[] = [
        () => storage.createTrials(id, [{ state: 'complete', ...given }]),
        () => storage.extendTrial(lease, given),
        () => storage.finishTrial(lease, { state: 'complete', ...given }),
        () => storage.setStudyAttributes(id, 'user', given.userAttributes),
      ]
      for (const call of calls) {
        const called = call()
        spoil()
        await called
      }
      for (const trial of await allTrials(storage, id)) expect(trial).toMatchObject(expected)
      expect((await storage.readStudy('study')).userAttributes).toEqual(expected.userAttributes)
    })

    it('is kept as JSON makes of it, or refused at once', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const odd = {
        lr: 1,
        note: undefined,
        when: new Date(0),
        list: [undefined, () => 1],
        boxed: Object('x') as string,
        gone: () => 1,
      } as unknown as JsonValue
      await createTrial(storage, id, { state: 'waiting', userAttributes: { odd } })
      const kept = { lr: 1, when: '1970-01-01T00:00:00.000Z', list: [null, null], boxed: 'x' }
      expect((await allTrials(storage, id))[0]?.userAttributes).toEqual({ odd: kept })
      const circular: Record<string, unknown> = {}
      circular['itself'] = circular
      const lease = await startTrial(storage, id)
      const bad: unknown[] = [
        undefined,
        () => 1,
        Symbol('x'),
        circular,
        new Map([[1, 2]]),
        new Float64Array(1),
      ]
      for (const value of bad) {
        const additions = { userAttributes: { bad: value as JsonValue } }
        const refused = withCode('INVALID_VALUE')
        expect(() => storage.assertStorable(additions)).toThrow(refused)
        await expect(async () => storage.extendTrial(lease, additions)).rejects.toEqual(refused)
        await expect(async () =>
          storage.setStudyAttributes(id, 'user', additions.userAttributes),
        ).rejects.toEqual(refused)
      }
      for (const key of ['x'.repeat(600), '\ud800'])
        await expect(async () =>
          storage.extendTrial(lease, { userAttributes: { [key]: 1 } }),
        ).rejects.toEqual(withCode('INVALID_NAME'))
      await storage.extendTrial(lease, { userAttributes: { fine: 1 } })
    })

    it('may be any number of reports, attributes and parameters at once', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const many = Array.from({ length: MANY }, (_, i) => i)
      const additions = {
        params: new Map(many.map((i) => [`p${i}`, { distribution: float(0, 1), internal: 0.5 }])),
        intermediateValues: new Map(many.map((i) => [i, i / 2])),
        userAttributes: Object.fromEntries(many.map((i) => [`a${i}`, i])),
      }
      const one = await startTrial(storage, id)
      const { intermediateValues } = additions
      await storage.extendTrial(one, { intermediateValues })
      await storage.finishTrial(one, { ...additions, state: 'complete', values: [1] })
      expect((await allTrials(storage, id))[0]).toMatchObject(additions)
    })

    it('may be any number of waiting trials, and readers miss nothing', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      const params = new Map([['x', { distribution: float(0, 1), internal: 0.5 }]])
      await one.createTrials(id, Array<NewTrial>(3 * MANY).fill({ state: 'waiting', params }))
      let cursor = (await two.readTrials(id)).cursor
      for (let hasMore = true; hasMore; ) ({ cursor, hasMore } = await two.readTrials(id, cursor))
      const first = await startTrial(one, id)
      const second = await startTrial(one, id)
      await one.finishTrial(second, { state: 'complete', values: [1] })
      const changed = async () => {
        const page = await two.readTrials(id, cursor)
        cursor = page.cursor
        return page.trials.filter(({ state }) => state !== 'waiting').map(({ number }) => number)
      }
      expect(await changed()).toEqual([0, 1])
      await one.finishTrial(first, { state: 'failed', values: null })
      expect(await changed()).toEqual([0])
      expect(await changed()).toEqual([])
    })
  })
}
