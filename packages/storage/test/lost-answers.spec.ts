import { type FrozenTrial, float, type Lease, readAllTrials, type StudyStorage } from '@tune/core'
import { createDatabase, type TestDatabase } from '@tune/tooling/mysql'
import { afterEach, describe, expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'
import { Wire } from './wire.ts'

const LONG = 3_600_000
const open: AsyncDisposable[] = []
const databases: TestDatabase[] = []
afterEach(async () => {
  for (const storage of open.splice(0)) await storage[Symbol.asyncDispose]()
  for (const database of databases.splice(0)) await database.drop()
})

/** A study, a client whose answers can be lost, and another one. */
async function place() {
  const database = await createDatabase()
  databases.push(database)
  const wire = new Wire(database.url)
  const storage = await openStorage(database.url, { connector: wire })
  const other = await openStorage(database.url)
  open.push(storage, other)
  const { id } = await other.createStudy({ name: 's', directions: ['minimize'] })
  await storage.readStudy('s')
  const start = async (leaseMs = LONG) => (await storage.startTrial(id, { leaseMs }))?.lease as Lease
  const trials = () => readAllTrials(other, id)
  return { wire, storage, other, id, start, trials }
}

type Place = Awaited<ReturnType<typeof place>>
const x = { distribution: float(0, 1), internal: 0.5 }
const complete = { state: 'complete', values: [1] } as const
const failed = { state: 'failed', values: null } as const
const states = (trials: readonly FrozenTrial[]) => trials.map(({ state }) => state)

/** Each kind of operation: what it does, and what must be so afterwards. */
const operations: readonly (readonly [
  name: string,
  lost: 'commit' | 'statement',
  test: (it: Place, lose: (meanwhile?: () => Promise<unknown>) => void) => Promise<void>,
])[] = [
  [
    'createStudy',
    'commit',
    async ({ storage, other }, lose) => {
      lose()
      const created = await storage.createStudy({ name: 'new', directions: ['maximize'] })
      expect(await other.readStudy('new')).toEqual(created)
    },
  ],
  [
    'setStudyAttributes does not put an earlier value back',
    'commit',
    async ({ storage, other, id }, lose) => {
      lose(() => other.setStudyAttributes(id, 'user', { a: 'later' }))
      await storage.setStudyAttributes(id, 'user', { a: 'earlier' })
      expect((await other.readStudy('s')).userAttributes).toEqual({ a: 'later' })
    },
  ],
  [
    'createTrials',
    'commit',
    async ({ storage, id, trials }, lose) => {
      lose(() => storage.createTrials(id, [complete]))
      const added = await storage.createTrials(id, [{ state: 'waiting' }, complete])
      expect(states(await trials())).toEqual(['waiting', 'complete', 'complete'])
      expect(added.map(({ number }) => number)).toEqual([0, 1])
    },
  ],
  [
    'startTrial',
    'commit',
    async ({ storage, id, trials }, lose) => {
      lose()
      const started = await storage.startTrial(id, { leaseMs: LONG })
      await storage.finishTrial(started?.lease as Lease, complete)
      expect(states(await trials())).toEqual(['complete'])
    },
  ],
  [
    'extendTrial of one kind',
    'statement',
    async ({ storage, start, trials }, lose) => {
      const lease = await start()
      lose()
      await storage.extendTrial(lease, { intermediateValues: new Map([[0, 1]]) })
      expect((await trials())[0]?.intermediateValues).toEqual(new Map([[0, 1]]))
    },
  ],
  [
    'extendTrial of several kinds',
    'commit',
    async ({ storage, start, trials }, lose) => {
      const lease = await start()
      lose()
      await storage.extendTrial(lease, { params: new Map([['x', x]]), userAttributes: { a: 1 } })
      expect((await trials())[0]).toMatchObject({ params: new Map([['x', x]]), userAttributes: { a: 1 } })
    },
  ],
  [
    'extendTrial of a trial that was adopted meanwhile',
    'statement',
    async ({ storage, other, id, start, trials }, lose) => {
      const lease = await start(1)
      lose(async () => {
        const [adopted] = await other.adoptTrials(id, LONG)
        await other.extendTrial(adopted?.lease as Lease, { intermediateValues: new Map([[0, 2]]) })
      })
      const late = storage.extendTrial(lease, { intermediateValues: new Map([[0, 1]]) })
      await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' })
      expect((await trials())[0]?.intermediateValues).toEqual(new Map([[0, 2]]))
    },
  ],
  [
    'finishTrial',
    'commit',
    async ({ storage, start, trials }, lose) => {
      const lease = await start()
      lose()
      await storage.finishTrial(lease, complete)
      expect(states(await trials())).toEqual(['complete'])
    },
  ],
  [
    'finishTrial that tries again',
    'commit',
    async ({ storage, start, trials }, lose) => {
      const lease = await start()
      lose()
      await storage.finishTrial(lease, { ...failed, requeue: { state: 'waiting' } })
      expect(states(await trials())).toEqual(['failed', 'waiting'])
    },
  ],
  [
    'finishTrial by force',
    'commit',
    async ({ storage, id, start, trials }, lose) => {
      const { trialId } = await start()
      lose()
      await storage.finishTrial({ studyId: id, trialId, force: true }, complete)
      expect(states(await trials())).toEqual(['complete'])
    },
  ],
  [
    'releaseTrial',
    'commit',
    async ({ storage, start, trials }, lose) => {
      const lease = await start()
      lose()
      await storage.releaseTrial(lease)
      expect(states(await trials())).toEqual(['waiting'])
    },
  ],
  [
    'releaseTrial of a trial that somebody else has by now',
    'commit',
    async ({ storage, other, id, start, trials }, lose) => {
      const lease = await start()
      lose(() => other.startTrial(id, { leaseMs: LONG }))
      await storage.releaseTrial(lease)
      expect(states(await trials())).toEqual(['running'])
    },
  ],
  [
    'renewLeases',
    'statement',
    async ({ storage, start }, lose) => {
      const lease = await start()
      lose()
      expect(await storage.renewLeases([lease], LONG)).toEqual([])
    },
  ],
  [
    'reapTrials',
    'commit',
    async ({ storage, id, start, trials }, lose) => {
      await start(1)
      lose()
      expect(await storage.reapTrials(id, { requeue: () => ({ state: 'waiting' }) })).toEqual([0])
      expect(states(await trials())).toEqual(['failed', 'waiting'])
    },
  ],
  [
    'adoptTrials',
    'commit',
    async ({ storage, id, start }, lose) => {
      await start(1)
      lose()
      const adopted = await storage.adoptTrials(id, LONG)
      expect(adopted).toHaveLength(1)
      await storage.finishTrial(adopted[0]?.lease as Lease, complete)
    },
  ],
  [
    'deleteStudy, though one of its name came',
    'commit',
    async ({ storage, other, id }, lose) => {
      let next: Awaited<ReturnType<StudyStorage['createStudy']>> | undefined
      lose(async () => {
        next = await other.createStudy({ name: 's', directions: ['minimize'] })
      })
      await storage.deleteStudy(id)
      expect(await other.readStudy('s')).toEqual(next)
    },
  ],
]

describe('an operation whose answer is lost has its effect once', () => {
  it.each(operations)('%s', async (_, lost, test) => {
    const it = await place()
    // A lease of a millisecond is over by then.
    await test(it, (meanwhile) =>
      it.wire.loseNext(lost, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await meanwhile?.()
      }),
    )
    expect(it.wire.lost).toBe(1)
  })
})
