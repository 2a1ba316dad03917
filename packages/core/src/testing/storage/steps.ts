import fc from 'fast-check'
import { nearestValue } from '../../space/index.ts'
import type { NewTrial, TrialAdditions, TrialOutcome } from '../../storage/study-storage.ts'
import type { JsonValue } from '../../trial/index.ts'
import { anyDistribution } from '../any-distribution.ts'

/** One call of one of two clients. Trials and leases are told by their place among those that there are. */
export type Step = { readonly client: 0 | 1 } & (
  | { readonly call: 'createTrial'; readonly trial: NewTrial }
  | { readonly call: 'startTrial'; readonly expired: boolean; readonly budget: number | undefined }
  | { readonly call: 'extendTrial'; readonly trial: number; readonly additions: TrialAdditions }
  | {
      readonly call: 'finishTrial'
      readonly trial: number
      readonly lease: number
      readonly force: boolean
      readonly outcome: TrialOutcome
    }
  | { readonly call: 'releaseTrial'; readonly trial: number }
  | { readonly call: 'renewLeases'; readonly leases: readonly number[] }
  | { readonly call: 'reapTrials' | 'adoptTrials' | 'readOwners' | 'readTrials' | 'deleteStudy' }
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
/** Any call. */
export const step: fc.Arbitrary<Step> = fc.oneof(
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
      force: fc.boolean(),
      outcome,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ client, call: fc.constant('releaseTrial' as const), trial: some }),
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
      call: fc.constantFrom(
        'reapTrials',
        'adoptTrials',
        'readOwners',
        'readTrials',
        'readTrials',
        'deleteStudy',
      ),
    }),
  },
)
