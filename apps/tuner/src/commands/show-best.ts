import { type FrozenTrial, paramValues, type Recommendation, type Study } from '@tune/core'
import { expectedText, isAnother, recommendedOf, whyAnother } from '../recommendation/recommended.ts'
import { formatParam, formatValue, table } from '../text/format.ts'
import { bold, dim, say } from '../text/output.ts'

/** How many trials of a Pareto front are shown. */
const MOST_SHOWN = 20

/** What is recommended: its value, and its parameters beside the current ones; of several metrics the Pareto front. */
export async function showBest(
  study: Study,
  current: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const { complete } = await study.counts()
  if (complete === 0) return
  if (study.directions.length > 1) return showFront(study)
  const recommended = await recommendedOf(study)
  if (recommended === undefined) return say(`\nNone of ${complete} complete trials keeps all constraints.`)
  sayHeading(recommended, study.metricNames?.[0] ?? 'value')
  const now = (current ?? {}) as Record<string, number | string>
  const rows = Object.entries(recommended.params).map(([param, chosen]) => [
    `  ${param}`,
    formatParam(chosen),
    ...(current === undefined ? [] : [formatParam(now[param])]),
  ])
  say(
    table([
      [
        '  parameter',
        isAnother(recommended) ? 'recommended' : 'best',
        ...(current === undefined ? [] : ['current']),
      ],
      ...rows,
    ]),
  )
}

function sayHeading(recommended: Recommendation, metric: string): void {
  const { trial, method } = recommended
  const expected = `${metric} ${expectedText(recommended)}`
  if (isAnother(recommended)) {
    say(`\n${bold(`Recommended: trial ${trial.number}`)}, ${expected}`)
    return say(dim(whyAnother(recommended)))
  }
  const value = formatValue(trial.values?.[0] ?? Number.NaN)
  const chance = method === 'exact' ? '' : `, ${expectedText(recommended)}`
  say(`\n${bold(`Best ${metric} ${value}`)} ${dim(`(trial ${trial.number})`)}${chance}`)
}

/** The trials that no other one beats in every metric. */
async function showFront(study: Study): Promise<void> {
  const front = await study.bestTrials()
  const names = study.metricNames ?? study.directions.map((_, i) => `value ${i}`)
  const noun = front.length === 1 ? 'trial' : 'trials'
  say(`\n${bold(`Pareto front of ${front.length} ${noun}`)} ${dim('none of them is beaten in every metric')}`)
  if (front.length === 0) return
  const params = [...new Set(front.flatMap((trial) => [...trial.params.keys()]))]
  const sorted = front.toSorted((a, b) => (a.values?.[0] ?? 0) - (b.values?.[0] ?? 0))
  const rows = sorted.slice(0, MOST_SHOWN).map((trial) => rowOf(trial, params))
  say(table([['  trial', ...names, ...params], ...rows]))
  if (front.length > MOST_SHOWN) say(dim(`  and ${front.length - MOST_SHOWN} more: tuner export`))
}

function rowOf(trial: FrozenTrial, params: readonly string[]): string[] {
  const values = paramValues(trial)
  return [
    `  ${trial.number}`,
    ...(trial.values ?? []).map(formatValue),
    ...params.map((name) => formatParam(values[name])),
  ]
}
