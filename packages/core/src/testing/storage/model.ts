import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTuneError } from '../../errors/tune-error.ts'
import { nearestValue } from '../../space/index.ts'
import { InMemoryStorage } from '../../storage/in-memory/in-memory-storage.ts'
import { readAllTrials } from '../../storage/read-all-trials.ts'
import type {
  Lease,
  NewTrial,
  StudyStorage,
  TrialAdditions,
  TrialCursor,
  TrialOutcome,
} from '../../storage/study-storage.ts'
import type { FrozenTrial, JsonValue } from '../../trial/index.ts'
import { anyDistribution } from '../any-distribution.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { createTrial, LONG } from './fixtures.ts'

/** One call of one of two clients. Trials and leases are told by their place among those that there are. */
type Step = { readonly client: 0 | 1 } & (
  | { readonly call: 'createTrial'; readonly trial: NewTrial }
  | { readonly call: 'startTrial'; readonly expired: boolean; readonly budget: number | undefined }
  | { readonly call: 'extendTrial'; readonly trial: number; readonly additions: TrialAdditions }
  | {
      readonly call: 'finishTrial'
      readonly trial: number
      readonly lease: number
      readonly outcome: TrialOutcome
    }
  | { readonly call: 'renewLeases'; readonly leases: readonly number[] }
  | { readonly call: 'reapTrials' | 'adoptTrials' | 'readTrials' | 'deleteStudy' }
  | { readonly call: 'setStudyAttributes'; readonly attributes: Readonly<Record<string, JsonValue>> }
)

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
const value = fc.oneof(finite, fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY))
const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((it) => JSON.parse(JSON.stringify(it).replaceAll('-0', '0')) as JsonValue)
const attributes = fc.dictionary(fc.constantFrom('a', 'A', 'b ', '', '__proto__', 'ключ'), json, {
  maxKeys: 3,
})
const params = fc
  .array(
    fc.tuple(
      fc.constantFrom('x', 'X', 'x ', 'y', '🚕'),
      anyDistribution,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    { maxLength: 3 },
  )
  .map(
    (list) =>
      new Map(
        list.map(([name, distribution, x]) => [
          name,
          { distribution, internal: nearestValue(distribution, x) + 0 },
        ]),
      ),
  )
const additions: fc.Arbitrary<TrialAdditions> = fc.record(
  {
    params,
    intermediateValues: fc
      .array(fc.tuple(fc.nat(5), fc.oneof(value, fc.constant(Number.NaN))), { maxLength: 3 })
      .map((list) => new Map(list)),
    userAttributes: attributes,
    systemAttributes: attributes,
  },
  { requiredKeys: [] },
)
const newTrial: fc.Arbitrary<NewTrial> = fc
  .tuple(additions, fc.constantFrom('waiting', 'complete', 'pruned', 'failed'), value)
  .map(([rest, state, x]): NewTrial => ({ ...rest, state, ...(state === 'complete' ? { values: [x] } : {}) }))
const outcome: fc.Arbitrary<TrialOutcome> = fc
  .tuple(
    additions,
    fc.constantFrom('complete', 'pruned', 'failed'),
    value,
    fc.option(newTrial, { nil: undefined }),
  )
  .map(([rest, state, x, requeue]) => ({
    ...rest,
    state,
    values: state === 'complete' ? [x] : null,
    requeue: state === 'failed' ? requeue : undefined,
  }))

const client = fc.constantFrom(0 as const, 1 as const)
const some = fc.nat(30)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ client, call: fc.constant('createTrial' as const), trial: newTrial }) },
  {
    weight: 4,
    arbitrary: fc.record({
      client,
      call: fc.constant('startTrial' as const),
      expired: fc.boolean(),
      budget: fc.option(fc.nat(8), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ client, call: fc.constant('extendTrial' as const), trial: some, additions }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      client,
      call: fc.constant('finishTrial' as const),
      trial: some,
      lease: some,
      outcome,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      client,
      call: fc.constant('renewLeases' as const),
      leases: fc.array(some, { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ client, call: fc.constant('setStudyAttributes' as const), attributes }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      client,
      call: fc.constantFrom('reapTrials', 'adoptTrials', 'readTrials', 'readTrials', 'deleteStudy'),
    }),
  },
)

/** Two clients of one storage with one study, and what they have read and hold. */
class Side {
  readonly #clients: readonly StudyStorage[]
  readonly #cursors: (TrialCursor | undefined)[] = [undefined, undefined]
  readonly #leases: Lease[] = []
  #studyId = 0

  constructor(clients: readonly StudyStorage[]) {
    this.#clients = clients
  }

  async create(name: string): Promise<void> {
    const [first] = this.#clients as [StudyStorage]
    this.#studyId = (await first.createStudy({ name, directions: ['minimize'] })).id
  }

  /** What a call gives, or the code of its error; trials by number, without what differs between storages. */
  async take(step: Step): Promise<unknown> {
    try {
      return await this.#call(step, this.#clients[step.client] as StudyStorage)
    } catch (error) {
      if (!isTuneError(error)) throw error
      return error.code
    }
  }

  async trials(): Promise<unknown> {
    const [, second] = this.#clients as [StudyStorage, StudyStorage]
    return (await readAllTrials(second, this.#studyId)).map(shown)
  }

  async #call(step: Step, storage: StudyStorage): Promise<unknown> {
    const id = this.#studyId
    switch (step.call) {
      case 'createTrial':
        return shown(await createTrial(storage, id, step.trial))
      case 'startTrial': {
        const leaseMs = step.expired ? 0 : LONG
        const budget = step.budget === undefined ? {} : { budget: step.budget }
        const started = await storage.startTrial(id, { leaseMs, ...budget })
        if (started !== undefined) this.#leases.push(started.lease)
        return started && shown(started.trial)
      }
      case 'extendTrial':
        return storage.extendTrial(await this.#trialId(step.trial), step.additions)
      case 'finishTrial': {
        const lease = this.#leases[step.lease]
        const trialId = lease?.trialId ?? (await this.#trialId(step.trial))
        return storage.finishTrial(trialId, { ...step.outcome, ...(lease === undefined ? {} : { lease }) })
      }
      case 'renewLeases': {
        const held = step.leases.flatMap((place) => this.#leases[place] ?? [])
        return (await storage.renewLeases([...new Set(held)], LONG)).map((lease) =>
          this.#leases.indexOf(lease),
        )
      }
      case 'reapTrials':
        return storage.reapTrials(id, {
          systemAttributes: { why: 'lost' },
          requeue: ({ number, params }) => (number % 2 === 0 ? { state: 'waiting', params } : undefined),
        })
      case 'adoptTrials': {
        const adopted = await storage.adoptTrials(id, LONG)
        this.#leases.push(...adopted.map(({ lease }) => lease))
        return adopted.map(({ trial }) => shown(trial))
      }
      case 'readTrials':
        return this.#news(step.client, storage)
      case 'setStudyAttributes':
        return storage.setStudyAttributes(id, 'user', step.attributes)
      case 'deleteStudy':
        // Not the study itself: a study of another id is not there.
        return storage.deleteStudy(id + 1_000_000)
    }
  }

  /** The finished trials that are new to a client: of the others a storage may give more than what changed. */
  async #news(reader: 0 | 1, storage: StudyStorage): Promise<unknown> {
    const page = await storage.readTrials(this.#studyId, this.#cursors[reader])
    this.#cursors[reader] = page.cursor
    return page.trials.filter(({ completedAt }) => completedAt !== null).map(shown)
  }

  async #trialId(place: number): Promise<number> {
    const trials = await readAllTrials(this.#clients[0] as StudyStorage, this.#studyId)
    return trials[place % Math.max(trials.length, 1)]?.id ?? 2 ** 30
  }
}

function shown(trial: FrozenTrial): unknown {
  const { startedAt, completedAt, intermediateValues } = trial
  return {
    ...trial,
    id: undefined,
    startedAt: undefined,
    completedAt: undefined,
    params: [...trial.params],
    intermediateValues: [...intermediateValues].sort(([a], [b]) => a - b),
    times: [startedAt !== null, completedAt !== null],
  }
}

/** Two clients of the storage, and two of the one in memory, do the same: then they see the same. */
export function modelLaws(backend: StorageBackend, runs = 60): void {
  describe('any calls of two clients', () => {
    const store = storesOf(backend)

    it('have the effect that they have in memory', async () => {
      const place = await store()
      const clients = [await place.open(), await place.open()]
      let studies = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const memory = new InMemoryStorage()
          const [model, real] = [new Side([memory, memory]), new Side(clients)]
          const name = `model ${studies++}`
          await Promise.all([model.create(name), real.create(name)])
          for (const next of steps)
            expect([next, await real.take(next)]).toEqual([next, await model.take(next)])
          expect(await real.trials()).toEqual(await model.trials())
        }),
        { numRuns: runs, seed: 20_261, endOnFailure: false },
      )
    })
  })
}
