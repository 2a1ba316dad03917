// Values from oracle/generate_pruners.py: Optuna 5.0.0, SciPy 1.17.1 and NumPy 2.4.6.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  createPruner,
  type Direction,
  type PruneRequest,
  signedRankTest,
  type TrialState,
} from '../src/index.ts'
import { percentile } from '../src/numeric/percentile.ts'
import { bracketBudgets } from '../src/pruners/hyperband.ts'
import { ReportLog } from '../src/trial/reports.ts'

function oracle<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(`oracle/${file}`, import.meta.url), 'utf8')) as Content
}

type PlainNumber = number | 'nan' | 'inf' | '-inf'

interface PrunerCase {
  readonly pruner: { readonly name: string; readonly options?: Readonly<Record<string, unknown>> }
  readonly study: string
  readonly direction: Direction
  readonly events: string
}

/** `trial@step=value!` or `trial:state=value?`: see the script. */
const EVENT = /^(\d+)(?:@(\d+)|:([a-z]+))(?:=([^!?]+))?([!?]?)$/

const parse = (value: number | string) => Number(String(value).replace('inf', 'Infinity'))

/** What our pruner answers to each report, told of the same events. */
function decisionsOf({ pruner: { name, options }, study, direction, events }: PrunerCase): boolean[] {
  const pruner = createPruner(name, options)
  const finished: PruneRequest['finished'][number][] = []
  const running = new Map<number, ReportLog>()
  const decisions: boolean[] = []
  for (const event of events.split(' ')) {
    const [, trial, step, state, value = '', mark] = EVENT.exec(event) ?? []
    const number = Number(trial)
    const reports = running.get(number) ?? new ReportLog(1)
    running.set(number, reports)
    if (state !== undefined) {
      running.delete(number)
      const values = value === '' ? null : [parse(value)]
      finished.push({ number, state: state as TrialState, values, feasible: mark !== '?', reports })
      continue
    }
    reports.add(Number(step), [parse(value)])
    const others = [...running].filter(([other]) => other !== number)
    const request = {
      seed: 0,
      study,
      number,
      directions: [direction],
      reports,
      finished,
      running: others.map(([other, log]) => ({
        number: other,
        state: 'running' as const,
        values: null,
        feasible: true,
        reports: log,
      })),
    }
    decisions.push(pruner.prune(request).prune)
  }
  return decisions
}

describe('every decision of a study is that of Optuna 5', () => {
  const { cases } = oracle<{ cases: PrunerCase[] }>('pruners.json')
  it.each(cases.map((c) => [c.pruner.name, c.direction, JSON.stringify(c.pruner.options ?? {}), c] as const))(
    '%s, %s, %s',
    (_name, _direction, _options, expected) => {
      const reports = expected.events.split(' ').filter((event) => event.includes('@'))
      const decided = reports.map((event) => event.endsWith('!'))
      expect(decided).toContain(false)
      expect(decisionsOf(expected)).toEqual(decided)
    },
  )
})

describe('the signed-rank test equals that of SciPy', () => {
  interface Case {
    readonly differences: number[]
    readonly greater: number
    readonly less: number
    readonly twoSided: number
  }
  const { cases, exact } = oracle<{ cases: Case[]; exact: { differences: number[]; p: number }[] }>(
    'signed-rank.json',
  )
  it.each(cases)('one-sided and two-sided, zeros split: $differences', (expected) => {
    const { differences, ...ps } = expected
    const p = (alternative: 'greater' | 'less' | 'two-sided') =>
      signedRankTest(differences, { alternative, zeros: 'split', approximate: 'large' })
    for (const [found, wanted] of [
      [p('greater'), ps.greater],
      [p('less'), ps.less],
      [p('two-sided'), ps.twoSided],
    ] as const) {
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-12)
    }
  })
  it.each(exact)('two-sided and exact, zeros dropped: $differences', ({ differences, p }) => {
    expect(Math.abs(signedRankTest(differences) - p)).toBeLessThanOrEqual(1e-12)
  })
})

describe('a percentile equals that of NumPy, bit for bit', () => {
  const { cases } = oracle<{ cases: { values: PlainNumber[]; percentiles: [number, PlainNumber][] }[] }>(
    'percentile.json',
  )
  it.each(cases)('of $values', ({ values, percentiles }) => {
    const column = Float64Array.from(values, parse)
    expect(percentiles.map(([percent]) => percentile(column, percent))).toEqual(
      percentiles.map(([, value]) => parse(value)),
    )
  })
})

describe('the brackets of Hyperband are those of Optuna 5', () => {
  const { cases } = oracle<{ cases: [number, number, number, number[]][] }>('hyperband.json')
  // Optuna divides two logarithms, whose quotient is just below 5 for 243 = 3^5.
  const isRoundedDown = ([least, most, factor]: (typeof cases)[number]) =>
    factor === 3 && most === 243 * least
  it.each(cases.filter(isRoundedDown))(
    'but for an exact power: %i, %i, %i',
    (least, most, factor, budgets) => {
      expect(bracketBudgets(least, most, factor)).toHaveLength(budgets.length + 1)
    },
  )
  it.each(cases.filter((c) => !isRoundedDown(c)))(
    'minResource %i, maxResource %i, reductionFactor %i',
    (least, most, factor, budgets) => {
      expect(bracketBudgets(least, most, factor)).toEqual(budgets)
    },
  )
})
