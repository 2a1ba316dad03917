import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../clock/system-clock.ts'
import { categorical, float, int, nearestValue } from '../../space/index.ts'
import type { NewTrial, StudyStorage } from '../../storage/study-storage.ts'
import type { TrialParam } from '../../trial/index.ts'
import { anyDistribution } from '../any-distribution.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { allTrials, createTrial, everyParam, LONG, newStudy, startTrial, withCode } from './fixtures.ts'

const extremes = [
  0,
  -0,
  5e-324,
  -1.7976931348623157e308,
  0.1 + 0.2,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

export function trialLaws(backend: StorageBackend): void {
  describe('trials', () => {
    const store = storesOf(backend)

    it('keep everything that they were given', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      const written = {
        state: 'complete',
        values: [Number.NEGATIVE_INFINITY],
        params: everyParam,
        intermediateValues: new Map([
          [0, Number.NaN],
          [7, 1e-300],
          [2 ** 31 - 1, Number.POSITIVE_INFINITY],
        ]),
        userAttributes: {
          'ключ 🚕': [1, null, { nan: Number.NaN }],
          long: 'ü'.repeat(20_000),
          ['__proto__x']: 1,
        },
        systemAttributes: { fixed_params: { x: 1 } },
      } as const
      const trial = await createTrial(one, id, written)
      expect(trial).toMatchObject(written)
      expect([...trial.params.keys()]).toEqual([...everyParam.keys()])
      expect(await allTrials(two, id)).toEqual([trial])
    })

    it('keep every number that a value can be', async () => {
      const storage = await (await store()).open()
      const { id } = await storage.createStudy({ name: 'many', directions: extremes.map(() => 'minimize') })
      await createTrial(storage, id, { state: 'complete', values: extremes })
      const [trial] = await allTrials(storage, id)
      // A database may lose the sign of zero, nothing else.
      expect(trial?.values?.map((value) => value + 0)).toEqual(extremes.map((value) => value + 0))
    })

    it('keep any distribution and any value of it', async () => {
      const storage = await (await store()).open()
      let studies = 0
      const anyParam = fc
        .tuple(anyDistribution, fc.double({ noNaN: true, noDefaultInfinity: true }))
        .map(
          ([distribution, x]): TrialParam => ({ distribution, internal: nearestValue(distribution, x) + 0 }),
        )
      await fc.assert(
        fc.asyncProperty(fc.array(anyParam, { maxLength: 4 }), async (list) => {
          const { id } = await newStudy(storage, `study ${studies++}`)
          const params = new Map(list.map((param, i) => [`p${i}`, param]))
          await createTrial(storage, id, { state: 'complete', values: [0], params })
          expect((await allTrials(storage, id))[0]?.params).toEqual(params)
        }),
        { numRuns: 30 },
      )
    })

    it('are numbered without gaps or duplicates, however many clients create them', async () => {
      const place = await store()
      const clients = await Promise.all([place.open(), place.open(), place.open(), place.open()])
      const { id } = await newStudy(clients[0])
      const other = await newStudy(clients[0], 'other')
      await Promise.all(
        clients.flatMap((client, c) =>
          Array.from({ length: 10 }, (_, i) =>
            (c + i) % 3 === 0
              ? createTrial(client, id, { state: 'complete', values: [i] })
              : client.startTrial((c + i) % 5 === 0 ? other.id : id, { leaseMs: LONG }),
          ),
        ),
      )
      for (const study of [id, other.id]) {
        const trials = await allTrials(clients[1], study)
        expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i))
        expect(trials.map((trial) => trial.id)).toEqual(
          trials.map((trial) => trial.id).toSorted((a, b) => a - b),
        )
      }
    })

    it('take parameters while they run, in their order, the first of a name for good', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const lease = await startTrial(storage, id)
      const x = { distribution: float(0, 1), internal: 0.5 }
      await storage.extendTrial(lease, { params: new Map([['z', x]]) })
      await storage.extendTrial(lease, {
        params: new Map([
          ['a', x],
          ['z', { ...x, internal: 0.75 }],
        ]),
      })
      await storage.extendTrial(lease, { params: new Map() })
      const [trial] = await allTrials(storage, id)
      expect([...(trial?.params ?? [])]).toEqual([
        ['z', x],
        ['a', x],
      ])
    })

    it('refuse another kind of distribution for a parameter that the study has, from any client', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      const lease = await startTrial(one, id)
      const set = (client: StudyStorage, distribution: TrialParam['distribution'], name: string) =>
        client.extendTrial(lease, { params: new Map([[name, { distribution, internal: 1 }]]) })
      await set(one, float(0, 1), 'x')
      await set(one, categorical(['a', 'b']), 'c')
      const next = await startTrial(two, id)
      for (const [name, distribution] of [
        ['x', int(0, 1)],
        ['x', float(1, 2, { log: true })],
        ['c', categorical(['b', 'a'])],
        ['c', categorical(['a', 'c', 'b'])],
        ['c', float(0, 1)],
      ] as const) {
        const wrong = new Map([
          ['fine', { distribution: float(0, 1), internal: 0 }],
          [name, { distribution, internal: 1 }],
        ])
        await expect(two.extendTrial(next, { params: wrong })).rejects.toEqual(
          withCode('INCOMPATIBLE_DISTRIBUTION'),
        )
      }
      const wider = new Map([
        ['x', { distribution: float(-9, 9), internal: -3 }],
        ['c', { distribution: categorical(['a', 'b', 'c']), internal: 2 }],
      ])
      await two.extendTrial(next, { params: wider })
      expect((await allTrials(one, id))[1]?.params).toEqual(wider)
    })

    it('take intermediate values and attributes, the newest of a step and key', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const lease = await startTrial(storage, id)
      await storage.extendTrial(lease, {
        intermediateValues: new Map([
          [3, 1],
          [1, 2],
        ]),
      })
      await storage.extendTrial(lease, { intermediateValues: new Map([[3, Number.NaN]]) })
      await storage.extendTrial(lease, { userAttributes: { a: 1, b: 2 } })
      await storage.extendTrial(lease, { userAttributes: { b: 'new' } })
      await storage.extendTrial(lease, { systemAttributes: { a: Number.POSITIVE_INFINITY } })
      expect((await allTrials(storage, id))[0]).toMatchObject({
        intermediateValues: new Map([
          [1, 2],
          [3, Number.NaN],
        ]),
        userAttributes: { a: 1, b: 'new' },
        systemAttributes: { a: Number.POSITIVE_INFINITY },
      })
    })

    it('take everything at once, while they run or with their end', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const additions = {
        params: everyParam,
        intermediateValues: new Map([
          [0, 1],
          [1, Number.NEGATIVE_INFINITY],
        ]),
        userAttributes: { a: [1], b: null },
        systemAttributes: { c: { d: 'e' } },
      }
      const one = await startTrial(storage, id)
      await storage.extendTrial(one, additions)
      await storage.extendTrial(one, additions)
      const two = await startTrial(storage, id)
      const outcome = { ...additions, state: 'complete', values: [1] } as const
      await storage.finishTrial(two, outcome)
      const trials = await allTrials(storage, id)
      expect(trials).toMatchObject([
        { ...additions, state: 'running' },
        { ...additions, state: 'complete' },
      ])
      for (const { params } of trials) expect([...params.keys()]).toEqual([...everyParam.keys()])
    })

    it('keep names and keys apart that differ in case, accents or spaces', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const names = ['lr', 'LR', 'Lr ', 'lr ', 'lŕ', 'ﬁ', 'fi', '', ' ', '\u0000', '\u00e9', 'e\u0301']
      const x = { distribution: float(0, 1), internal: 0.5 }
      const attributes = Object.fromEntries(names.map((name, i) => [name, i]))
      const additions = {
        params: new Map(names.map((name) => [name, x])),
        userAttributes: attributes,
        systemAttributes: attributes,
      }
      const lease = await startTrial(storage, id)
      await storage.extendTrial(lease, additions)
      expect((await allTrials(storage, id))[0]).toMatchObject(additions)
    })

    it('know when they began and ended', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      await createTrial(storage, id, { state: 'waiting' })
      expect((await allTrials(storage, id))[0]).toMatchObject({ startedAt: null, completedAt: null })
      await storage.finishTrial(await startTrial(storage, id), { state: 'failed', values: null })
      const [trial] = await allTrials(storage, id)
      const now = systemClock.now()
      // Databases keep whole seconds, and their clock may be another.
      for (const time of [trial?.startedAt, trial?.completedAt])
        expect(Math.abs((time as number) - now)).toBeLessThan(60_000)
    })

    it('are added many at once, in their order, with their times, or none of them', async () => {
      const place = await store()
      const [one, two] = [await place.open(), await place.open()]
      const { id } = await newStudy(one)
      const startedAt = Date.UTC(2001, 1, 3, 4, 5, 6)
      const completedAt = startedAt + 7000
      const many = Array.from(
        { length: 5 },
        (_, i): NewTrial => ({
          state: i === 3 ? 'waiting' : 'complete',
          ...(i === 3 ? {} : { values: [i], startedAt, completedAt }),
          userAttributes: { i },
        }),
      )
      const added = (await Promise.all([one.createTrials(id, many), two.createTrials(id, many)])).flat()
      const trials = await allTrials(two, id)
      expect(added.toSorted((a, b) => a.number - b.number)).toEqual(trials)
      expect(trials.map(({ userAttributes }) => userAttributes['i'])).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
      expect(trials[4]).toMatchObject({ startedAt, completedAt })
      expect(trials[8]).toMatchObject({ startedAt: null, completedAt: null })
      const x = (distribution: TrialParam['distribution']): NewTrial => ({
        state: 'waiting',
        params: new Map([['x', { distribution, internal: 0 }]]),
      })
      await expect(one.createTrials(id, [x(float(0, 1)), x(int(0, 1))])).rejects.toEqual(
        withCode('INCOMPATIBLE_DISTRIBUTION'),
      )
      expect(await one.createTrials(id, [])).toEqual([])
      expect(await allTrials(two, id)).toEqual(trials)
    })

    it('are what they were for whoever read them, and for whoever wrote them', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const params = new Map([['x', { distribution: float(0, 1), internal: 0.5 }]])
      const list = [1]
      const lease = await startTrial(storage, id)
      await storage.extendTrial(lease, { params: params })
      await storage.extendTrial(lease, { userAttributes: { list } })
      params.clear()
      list.push(2)
      const [before] = await allTrials(storage, id)
      const copy = structuredClone(before)
      await storage.extendTrial(lease, { userAttributes: { list: [3] } })
      await storage.extendTrial(lease, { intermediateValues: new Map([[0, 1]]) })
      await storage.finishTrial(lease, { state: 'complete', values: [1] })
      expect(before).toEqual(copy)
      expect(before).toMatchObject({ state: 'running', userAttributes: { list: [1] } })
      expect(before?.params.size).toBe(1)
    })

    it('that do not exist are told', async () => {
      const storage = await (await store()).open()
      const { id } = await newStudy(storage)
      const none = { studyId: id, trialId: 99, token: 'none' }
      const missing = withCode('TRIAL_NOT_FOUND')
      await expect(storage.extendTrial(none, { params: everyParam })).rejects.toEqual(missing)
      await expect(storage.extendTrial(none, { intermediateValues: new Map([[0, 1]]) })).rejects.toEqual(
        missing,
      )
      await expect(storage.extendTrial(none, { userAttributes: { a: 1 } })).rejects.toEqual(missing)
      await expect(storage.finishTrial(none, { state: 'failed', values: null })).rejects.toEqual(missing)
    })
  })
}
