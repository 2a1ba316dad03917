import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History, type HistorySnapshot } from '../history/index.ts'
import { randomSource } from '../random/index.ts'
import { uniformValue } from '../samplers/random/uniform-value.ts'
import type { PendingTrial, Sampler, SuggestRequest } from '../samplers/sampler.ts'
import { categorical, contains, float, int, type SearchSpace } from '../space/index.ts'
import type { Direction } from '../study/direction.ts'
import type { FrozenTrial, TrialParam } from '../trial/index.ts'
import { anyDistribution } from './any-distribution.ts'

const anySpace: fc.Arbitrary<SearchSpace> = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 6 }).filter((name) => name !== '__proto__'),
  anyDistribution,
  { minKeys: 1, maxKeys: 4 },
)

const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0) },
)

interface Told {
  readonly pruned: boolean
  readonly values: readonly number[]
  readonly constraint: number | undefined
  readonly steps: readonly (readonly [number, number])[]
  /** Whether it lacks the first parameter, as a trial of a conditional space may. */
  readonly partial: boolean
}

const anyTold = (directions: number): fc.Arbitrary<Told> =>
  fc.record({
    pruned: fc.boolean(),
    values: fc.array(anyValue, { minLength: directions, maxLength: directions }),
    constraint: fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: undefined }),
    steps: fc.array(fc.tuple(fc.nat(9), fc.oneof(anyValue, fc.constant(Number.NaN))), { maxLength: 3 }),
    partial: fc.boolean(),
  })

/** A request over any space and any history. */
const anyRequest: fc.Arbitrary<{ readonly request: SuggestRequest; readonly shuffled: SuggestRequest }> = fc
  .record({
    space: anySpace,
    directions: fc.array(fc.constantFrom<Direction>('minimize', 'maximize'), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(),
    running: fc.nat(4),
  })
  .chain(({ space, directions, seed, running }) =>
    fc.array(anyTold(directions.length), { maxLength: 40 }).map((told) => {
      const trials = told.map((t, number) => trialOf(space, number, t))
      const pending = Array.from({ length: running }, (_, i) => pendingOf(space, trials.length + i))
      const number = trials.length + running
      const request = { seed, number, space, directions, pending }
      return {
        request: { ...request, history: historyOf(trials, directions.length) },
        shuffled: { ...request, history: historyOf(trials.toReversed(), directions.length) },
      }
    }),
  )

function pendingOf(space: SearchSpace, number: number): PendingTrial {
  const source = randomSource(99)
  return {
    number,
    params: Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => [
        name,
        uniformValue(distribution, source.stream(number, name)),
      ]),
    ),
  }
}

function trialOf(space: SearchSpace, number: number, told: Told): FrozenTrial {
  const params = new Map<string, TrialParam>()
  const { params: internals } = pendingOf(space, number)
  for (const [i, [name, distribution]] of Object.entries(space).entries()) {
    if (!told.partial || i > 0) params.set(name, { distribution, internal: internals[name] as number })
  }
  return {
    id: number,
    number,
    state: told.pruned ? 'pruned' : 'complete',
    values: told.pruned ? null : told.values,
    params,
    intermediateValues: new Map(told.steps),
    userAttributes: {},
    systemAttributes: told.constraint === undefined ? {} : { 'constraints:c': told.constraint },
    startedAt: 0,
    completedAt: 0,
  }
}

function historyOf(trials: readonly FrozenTrial[], directions: number): HistorySnapshot {
  const history = new History(directions)
  for (const trial of trials) history.append(trial)
  return history.snapshot()
}

/** What every sampler must do. Call it in a vitest file; `make` gives a fresh instance. */
export function samplerContract(make: () => Sampler): void {
  describe(`the sampler '${make().name}'`, () => {
    it('stays inside every distribution and on its grid, and chooses every parameter', () => {
      fc.assert(
        fc.property(anyRequest, ({ request }) => {
          const { params } = make().suggest(request)
          expect(Object.keys(params).sort()).toEqual(Object.keys(request.space).sort())
          for (const [name, distribution] of Object.entries(request.space)) {
            expect(contains(distribution, params[name] as number), `${name} = ${params[name]}`).toBe(true)
          }
        }),
      )
    })

    it('decides by the request alone: asked again, after another question, or through a structured clone', () => {
      fc.assert(
        fc.property(anyRequest, anyRequest, ({ request }, { request: other }) => {
          const sampler = make()
          const decision = sampler.suggest(request)
          sampler.suggest(other)
          expect(sampler.suggest(request)).toEqual(decision)
          expect(make().suggest(structuredClone(request))).toEqual(decision)
        }),
      )
    })

    it('takes the history as a set', () => {
      fc.assert(
        fc.property(anyRequest, ({ request, shuffled }) => {
          expect(make().suggest(shuffled)).toEqual(make().suggest(request))
        }),
      )
    })

    it('leaves the request as it is', () => {
      fc.assert(
        fc.property(anyRequest, ({ request }) => {
          const before = structuredClone(request)
          make().suggest(request)
          expect(request).toEqual(before)
        }),
      )
    })

    it.each([
      float(0, 5e-324),
      float(-1.7e308, 1.7e308),
      float(1, 1 + 2 ** -52),
      float(1, 1 + 2 ** -52, { log: true }),
      float(1e-300, 1e300, { log: true }),
    ])('chooses from a range at the limits of numbers: %j', (x) => {
      const told: Told = { pruned: false, values: [1], constraint: undefined, steps: [], partial: false }
      const trials = Array.from({ length: 30 }, (_, number) => trialOf({ x }, number, told))
      const request = { seed: 1, number: 30, space: { x }, directions: ['minimize'], pending: [] } as const
      const { params } = make().suggest({ ...request, history: historyOf(trials, 1) })
      expect(contains(x, params['x'] as number)).toBe(true)
    })

    it('survives a range that moved away from what was observed', () => {
      const told: Told = { pruned: false, values: [1], constraint: undefined, steps: [], partial: false }
      const trials = Array.from({ length: 30 }, (_, number) => trialOf({ x: float(0, 1) }, number, told))
      const space = { x: float(5, 6) }
      const history = historyOf(trials, 1)
      const request: SuggestRequest = {
        seed: 1,
        number: 30,
        space,
        directions: ['minimize'],
        history,
        pending: [],
      }
      expect(contains(space.x, make().suggest(request).params['x'] as number)).toBe(true)
    })

    it('survives choices that another process has appended', () => {
      const told: Told = { pruned: false, values: [1], constraint: undefined, steps: [], partial: false }
      const longer = { c: categorical(['a', 'b', 'c', 'd', 'e']), x: float(0, 1) }
      const trials = Array.from({ length: 30 }, (_, number) => trialOf(longer, number, told))
      const space = { c: categorical(['a', 'b']), x: float(0, 1) }
      const request = { seed: 1, space, directions: ['minimize'], pending: [] } as const
      const history = historyOf(trials, 1)
      for (let number = 30; number < 40; number++) {
        const { params } = make().suggest({ ...request, number, history })
        expect(contains(space.c, params['c'] as number)).toBe(true)
      }
    })

    it('makes other choices with another seed and for another trial', () => {
      const space = { x: float(0, 1), n: int(0, 1_000_000) }
      const request: SuggestRequest = {
        seed: 1,
        number: 0,
        space,
        directions: ['minimize'],
        history: historyOf([], 1),
        pending: [],
      }
      const first = make().suggest(request)
      expect(make().suggest({ ...request, seed: 2 })).not.toEqual(first)
      expect(make().suggest({ ...request, number: 1 })).not.toEqual(first)
    })
  })
}
