import fc from 'fast-check'
import type { ReportedTrial } from '../history/index.ts'
import type { PruneRequest } from '../pruners/pruner.ts'
import type { Direction } from '../study/direction.ts'
import { ReportLog, type Reports } from '../trial/reports.ts'

/** What the numbers of a request are like. */
export interface RequestShape {
  readonly directions: readonly Direction[]
  /** Whether NaN and infinities are among the reports. */
  readonly odd: boolean
}

/** Eighths: sums of them are exact in any order, and some are equal. */
const anyEighth = fc.integer({ min: -40, max: 40 }).map((n) => n / 8)
const anyOdd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308)

/** Reports in any number, with gaps between their steps. */
const anyReports = ({ directions, odd }: RequestShape): fc.Arbitrary<Reports> => {
  const value = odd ? fc.oneof({ weight: 6, arbitrary: anyEighth }, anyOdd) : anyEighth
  const vector = fc.array(value, { minLength: directions.length, maxLength: directions.length })
  const step = fc.oneof({ weight: 9, arbitrary: fc.nat(11) }, fc.constantFrom(100, 2 ** 31 - 1))
  return fc.array(fc.tuple(step, vector), { maxLength: 12 }).map((reports) => {
    const log = new ReportLog(directions.length)
    for (const [at, report] of reports) log.add(at, report)
    return { steps: log.steps, values: log.values }
  })
}

const anyTrial = (shape: RequestShape, finished: boolean): fc.Arbitrary<Omit<ReportedTrial, 'number'>> =>
  fc
    .record({
      state: finished
        ? fc.constantFrom('complete' as const, 'complete' as const, 'pruned' as const, 'failed' as const)
        : fc.constant('running' as const),
      values: fc.array(anyEighth, { minLength: shape.directions.length, maxLength: shape.directions.length }),
      feasible: fc.boolean(),
      reports: anyReports(shape),
    })
    .map((trial) => ({ ...trial, values: trial.state === 'complete' ? trial.values : null }))

/** Any request of this shape: no other trials, only failed ones, reports that nobody shares. */
export function anyPruneRequest(shape: RequestShape): fc.Arbitrary<PruneRequest> {
  return fc
    .record({
      seed: fc.nat(),
      study: fc.string(),
      number: fc.nat(30),
      reports: anyReports(shape),
      finished: fc.array(anyTrial(shape, true), { maxLength: 12 }),
      running: fc.array(anyTrial(shape, false), { maxLength: 3 }),
    })
    .map(({ number, finished, running, ...request }) => {
      // The other numbers are those around this one.
      const numbered = [...finished, ...running].map((trial, i) => ({
        number: i < number ? i : i + 1,
        ...trial,
      }))
      return {
        ...request,
        number,
        directions: shape.directions,
        finished: numbered.slice(0, finished.length),
        running: numbered.slice(finished.length),
      }
    })
}

/** One direction or several. */
export const anyDirections: fc.Arbitrary<readonly Direction[]> = fc.array(
  fc.constantFrom<Direction>('minimize', 'maximize'),
  { minLength: 1, maxLength: 3 },
)
