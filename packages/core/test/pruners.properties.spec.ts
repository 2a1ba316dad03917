import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hyperband,
  median,
  type PruneRequest,
  type Pruner,
  patient,
  percentile,
  type ReportedTrial,
  type Reports,
  successiveHalving,
  wilcoxon,
} from '../src/index.ts'
import { anyDirections, anyPruneRequest } from '../src/testing/any-prune-request.ts'

const halving = successiveHalving({ minResource: 1, reductionFactor: 2 })
const comparing: readonly (readonly [string, Pruner])[] = [
  ['median', median({ startupTrials: 1 })],
  ['percentile', percentile(25, { startupTrials: 0, intervalSteps: 2 })],
  ['successiveHalving', halving],
  ['hyperband', hyperband({ maxResource: 20, reductionFactor: 2 })],
  ['wilcoxon', wilcoxon({ pThreshold: 0.5 })],
]
const patients: readonly (readonly [string, Pruner])[] = [
  ['patient', patient(null, { patience: 1, minDelta: 0.125 })],
]

const single = anyPruneRequest({ directions: ['minimize'], odd: false })

/** The request with each report and final value changed. */
function mapped(
  request: PruneRequest,
  directions: PruneRequest['directions'],
  change: (vectors: readonly (readonly number[])[]) => readonly (readonly number[])[],
): PruneRequest {
  const reports = ({ steps, values }: Reports) => ({ steps, values: change(values) })
  const trial = (other: ReportedTrial): ReportedTrial => ({
    ...other,
    values: other.values && change(other.values.map((value) => [value])).map(([value]) => value as number),
    reports: reports(other.reports),
  })
  return {
    ...request,
    directions,
    reports: reports(request.reports),
    finished: request.finished.map(trial),
    running: request.running.map(trial),
  }
}

const negative = (columns: readonly (readonly number[])[]) =>
  columns.map((column) => column.map((value) => -value))

describe.each([...comparing, ...patients])('%s', (_, pruner) => {
  it('decides the same about negative values that are maximised', () => {
    fc.assert(
      fc.property(single, (request) => {
        expect(pruner.prune(mapped(request, ['maximize'], negative)).prune).toBe(pruner.prune(request).prune)
      }),
    )
  })
})

describe.each(comparing)('%s', (_, pruner) => {
  it('keeps a trial that nobody dominates', () => {
    const anyBest = anyDirections.chain((directions) =>
      fc.tuple(anyPruneRequest({ directions, odd: false }), fc.nat(directions.length - 1)),
    )
    fc.assert(
      fc.property(anyBest, ([request, objective]) => {
        const gain = request.directions[objective] === 'minimize' ? -1000 : 1000
        const values = request.reports.values.map((column, i) =>
          i === objective ? column.map((value) => value + gain) : column,
        )
        expect(pruner.prune({ ...request, reports: { ...request.reports, values } }).prune).toBe(false)
      }),
    )
  })

  it('keeps the only trial, and the only one that did not fail and came to its step', () => {
    fc.assert(
      fc.property(anyPruneRequest({ directions: ['maximize'], odd: false }), (request) => {
        expect(pruner.prune({ ...request, finished: [], running: [] }).prune).toBe(false)
        const nothing = { steps: [], values: [[]] }
        const failed = request.finished.map((trial) => ({
          ...trial,
          state: 'failed' as const,
          reports: nothing,
        }))
        expect(pruner.prune({ ...request, finished: failed, running: [] }).prune).toBe(false)
      }),
    )
  })
})

/** Twice the same objective. */
const twice = (request: PruneRequest) =>
  mapped(request, ['minimize', 'minimize'], ([column = []]) => [column, column])

describe('two equal objectives are one', () => {
  it.each([
    ['successiveHalving', halving],
    ['hyperband', hyperband({ maxResource: 20 })],
    ...patients,
  ] as const)('%s', (_, pruner) => {
    fc.assert(
      fc.property(single, (request) => {
        expect(pruner.prune(twice(request)).prune).toBe(pruner.prune(request).prune)
      }),
    )
  })

  it('wilcoxon, where one trial is the best', () => {
    const pruner = wilcoxon({ pThreshold: 0.5 })
    fc.assert(
      fc.property(single, (request) => {
        const finals = request.finished.map((trial, i) => ({
          ...trial,
          values: trial.values && [(trial.values[0] as number) + i / 1000],
        }))
        const unique = { ...request, finished: finals }
        expect(pruner.prune(twice(unique)).prune).toBe(pruner.prune(unique).prune)
      }),
    )
  })

  it('median, but where a value lies between the two in the middle', () => {
    const pruner = median({ startupTrials: 0 })
    fc.assert(
      fc.property(single, (request) => {
        const { finished, reports } = request
        const step = reports.steps.at(-1)
        const others = finished.filter(
          (t) => t.state === 'complete' && t.reports.steps.includes(step ?? Number.NaN),
        )
        fc.pre(
          new Set(others.map((t) => t.reports.values[0]?.[t.reports.steps.indexOf(step as number)])).size ===
            others.length,
        )
        fc.pre(others.length % 2 === 1)
        expect(pruner.prune(twice(request)).prune).toBe(pruner.prune(request).prune)
      }),
    )
  })
})
