import { type FrozenTrial, paramValues } from '@tune/core'
import { tunerLink } from '../deployed/record.ts'
import { failureOf, type ProgressState, valuesText } from '../progress/progress.ts'
import { rankCorrelation } from '../statistics/rank-correlation.ts'
import { chart } from '../text/chart.ts'
import { formatGain, formatValue, table } from '../text/format.ts'
import { bold, dim, say } from '../text/output.ts'
import { runLink } from '../text/run-link.ts'
import { openExisting } from '../wiring.ts'
import { currentParameters } from './current-trial.ts'
import { showBest } from './show-best.ts'

const LAST_TRIALS = 10
/** Of fewer trials a correlation says nothing. */
const ENOUGH_TO_CORRELATE = 10

/** Shows what a study has found. */
export async function showStudy(name: string, url: string): Promise<void> {
  await using opened = await openExisting(name, url)
  const { study } = opened
  const counts = Object.entries(await study.counts()).filter(([, count]) => count > 0)
  say(
    `${bold(study.name)}  ${counts.map(([state, count]) => `${count} ${state}`).join(' · ') || 'no trials'}`,
  )
  const link = await tunerLink(study)
  if (link !== undefined) say(dim(`tuned by ${link}`))
  const trials = await study.trials()
  const complete = trials.filter(({ state, values }) => state === 'complete' && values !== null)
  if (complete.length > 0) {
    await showBest(study, currentParameters(trials))
    if (study.directions.length === 1) {
      showHistory(complete, study.directions[0] === 'maximize')
      if (complete.length >= ENOUGH_TO_CORRELATE) showCorrelations(complete)
    }
  }
  showLast(trials, study)
}

/** The best so far as a chart, and every trial that was the best by its number. */
function showHistory(complete: readonly FrozenTrial[], maximize: boolean): void {
  const rows: string[][] = []
  const series: number[] = []
  const first = valueOf(complete[0] as FrozenTrial)
  for (const trial of complete) {
    const [value, best] = [valueOf(trial), series.at(-1)]
    const isBetter = best === undefined || (maximize ? value > best : value < best)
    series.push(isBetter ? value : best)
    if (isBetter) rows.push([`  ${trial.number}`, formatValue(value), formatGain(value, first)])
  }
  say(`\n${bold('History')} ${dim(`best so far, over ${complete.length} complete trials`)}`)
  if (series.every(Number.isFinite)) say(chart(series))
  say(table([['  trial', 'best so far', 'over the first'], ...rows]))
}

/** How each numeric parameter goes with the value, the strongest first. */
function showCorrelations(complete: readonly FrozenTrial[]): void {
  const names = [...new Set(complete.flatMap(({ params }) => [...params.keys()]))]
  const rows = names.flatMap((name) => {
    const pairs = complete.flatMap((trial) => {
      const value = paramValues(trial)[name]
      return typeof value === 'number' ? [[value, valueOf(trial)] as const] : []
    })
    if (pairs.length < ENOUGH_TO_CORRELATE) return []
    const correlation = rankCorrelation(
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    )
    return Number.isNaN(correlation) ? [] : [{ name, correlation, count: pairs.length }]
  })
  if (rows.length === 0) return
  rows.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
  const title = "Spearman's rank correlation of each numeric parameter with the value"
  say(`\n${bold(title)} ${dim('over the trials that have it; no measure of interactions')}`)
  say(
    table(
      rows.map(({ name, correlation, count }) => [
        `  ${name}`,
        `${correlation < 0 ? '−' : '+'}${Math.abs(correlation).toFixed(2)}`,
        `${count} trials`,
      ]),
    ),
  )
}

function showLast(trials: readonly FrozenTrial[], study: ProgressState['study']): void {
  if (trials.length === 0) return
  const rows = trials
    .slice(-LAST_TRIALS)
    .map((trial) => [
      `  ${trial.number}`,
      trial.state,
      valuesText(trial, study) || '–',
      failureOf(trial),
      dim(runLink(trial) ?? ''),
    ])
  say(`\n${bold('Last trials')}\n${table(rows)}`)
}

function valueOf({ values }: FrozenTrial): number {
  return values?.[0] as number
}
