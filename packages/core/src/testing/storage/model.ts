import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InMemoryStorage } from '../../storage/in-memory/in-memory-storage.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { Side } from './side.ts'
import { type Step, step } from './steps.ts'

/** Two steps at once, one of each client. */
type Pair = readonly [Step, Step]
const pair: fc.Arbitrary<Pair> = fc.tuple(step, step).map(
  ([a, b]) =>
    [
      { ...a, client: 0 },
      { ...b, client: 1 },
    ] as const,
)

/** Two clients of the storage, and two of the one in memory, do the same: then they see the same. */
export function modelLaws(backend: StorageBackend, runs = 60): void {
  describe('any calls of two clients', () => {
    const store = storesOf(backend)
    let studies = 0

    it('have the effect that they have in memory', async () => {
      const place = await store()
      const clients = [await place.open(), await place.open()]
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const real = new Side(clients)
          await real.create(`model ${studies++}`)
          const model = await emptyModel()
          for (const [at, next] of steps.entries()) {
            for (const side of [real, model]) await side.settle()
            expect([next, await real.take(next, at)]).toEqual([next, await model.take(next, at)])
          }
          expect(await real.trials()).toEqual(await model.trials())
        }),
        { numRuns: runs, seed: 20_261, endOnFailure: false },
      )
    })

    it('at the same time have the effect of the one before the other, or of the other before the one', async () => {
      const place = await store()
      const clients = [await place.open(), await place.open()]
      await fc.assert(
        fc.asyncProperty(fc.array(pair, { minLength: 3, maxLength: 12 }), async (pairs) => {
          const real = new Side(clients)
          await real.create(`model ${studies++}`)
          const history: (readonly [at: number, step: Step])[] = []
          for (const [i, [a, b]] of pairs.entries()) {
            await real.settle()
            const given = await Promise.all([real.take(a, 2 * i), real.take(b, 2 * i + 1)])
            const seen = [a, b, ...given, await real.trials()]
            const orders = [
              [[2 * i, a] as const, [2 * i + 1, b] as const],
              [[2 * i + 1, b] as const, [2 * i, a] as const],
            ]
            const outcomes = []
            for (const order of orders) outcomes.push([a, b, ...(await outcomeOf(history, order))])
            const [first, second] = outcomes
            const isFirst = JSON.stringify(first, exactly) === JSON.stringify(seen, exactly)
            // The message shows how it differs from the second order, where it is none of both.
            expect(seen).toEqual(isFirst ? first : second)
            history.push(...(orders[isFirst ? 0 : 1] ?? []))
          }
        }),
        { numRuns: runs, seed: 20_262, endOnFailure: false },
      )
    })
  })
}

async function emptyModel(): Promise<Side> {
  const memory = new InMemoryStorage()
  const model = new Side([memory, memory])
  await model.create('model')
  return model
}

/** What two steps give in memory after a history of pairs, in the order of the steps' places, and all trials then. */
async function outcomeOf(
  history: readonly (readonly [at: number, step: Step])[],
  order: readonly (readonly [at: number, step: Step])[],
): Promise<readonly unknown[]> {
  const model = await emptyModel()
  const given = new Map<number, unknown>()
  for (const [i, [at, next]] of [...history, ...order].entries()) {
    if (i % 2 === 0) await model.settle()
    given.set(at, await model.take(next, at))
  }
  return [
    ...order
      .map(([at]) => at)
      .toSorted((a, b) => a - b)
      .map((at) => given.get(at)),
    await model.trials(),
  ]
}

/** Lets JSON tell numbers apart that it spells alike. */
function exactly(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
