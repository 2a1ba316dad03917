/**
 * The percentile stopping rule: end a trial whose best report so far is worse than a percentile of what complete trials
 * reported at the same step.
 *
 * Source: for the median, D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section
 * 3.2.2, with values instead of their running averages. Semantics and defaults as in Optuna 5.
 */
import { z } from 'zod'
import type { ReportedTrial } from '../history/reported-trial.ts'
import { dominates, nondominationRanks } from '../numeric/nondominated.ts'
import { percentile as percentileOf } from '../numeric/percentile.ts'
import { readOptions } from '../options/read-options.ts'
import { between, whole } from '../options/rules.ts'
import type { Direction } from '../study/direction.ts'
import { firstFrom } from '../trial/reports.ts'
import { checkSteps, isCheck } from './check-steps.ts'
import { type Columns, isNumeric, lossRows, numericReports, ReportTable } from './losses.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** The settings of `median`, and of `percentile` but for the percentile. The defaults are those of Optuna 5. */
export const medianOptions = z.strictObject({
  startupTrials: whole(0).default(5).describe('How many trials must be complete before any is pruned.'),
  ...checkSteps,
  minTrials: whole(1)
    .default(1)
    .describe('How many complete trials must have a report at the step, for a comparison there.'),
})

/** The settings of `percentile`. The defaults are those of Optuna 5. */
export const percentileOptions = z.strictObject({
  percentile: between(0, 100).describe(
    'Which part of the trials is kept, in percent: 25 keeps the best quarter.',
  ),
  ...medianOptions.shape,
})

/** Settings of `percentile` and `median`: see `medianOptions`. */
export type PercentileOptions = Readonly<z.input<typeof medianOptions>>

type Settings = Readonly<z.output<typeof percentileOptions>>

/**
 * Ends a trial unless it is among the best: prunes where its best report so far is worse than the percentile of the
 * reports of complete trials at the same step. A trial that reported nothing but NaN is pruned.
 *
 * With several directions it is the trial's nondomination rank that is compared, with the percentile of the ranks of
 * all, its own among them. A trial that nobody dominates has rank 0 and is never pruned.
 *
 * @param percentile which part of the trials is kept, in percent: 25 keeps the best quarter.
 * @throws TuneError INVALID_ARGUMENT
 */
export function percentile(percentile: number, options: PercentileOptions = {}): Pruner {
  const settings = readOptions('percentile', percentileOptions, { ...options, percentile })
  return { name: 'percentile', options: settings, prune: (request) => prunePercentile(request, settings) }
}

/** The rule itself. */
export function prunePercentile(request: PruneRequest, settings: Settings): PruneDecision {
  const { reports, directions } = request
  const complete = request.finished.filter(({ state }) => state === 'complete')
  if (complete.length === 0 || complete.length < settings.startupTrials) return KEEP
  if (!isCheck(reports.steps, settings)) return KEEP
  const own = numericReports(reports)
  if (own[0]?.length === 0) return pruneBecause('it has reported nothing but NaN')
  const step = reports.steps.at(-1) as number
  const { count, table } = reportsAt(complete, step, directions.length)
  if (count < settings.minTrials || table.size === 0) return KEEP
  const compare = directions.length === 1 ? worseValue : worseRank
  const worse = compare(own, table.columns, directions, settings.percentile)
  if (worse === undefined) return KEEP
  return pruneBecause(
    `${worse}, which the best ${settings.percentile} % of ${table.size} trials reached at step ${step}`,
  )
}

/** How many of the trials have a report at the step, and those of the reports that are numbers. */
function reportsAt(
  trials: readonly ReportedTrial[],
  step: number,
  directions: number,
): { readonly count: number; readonly table: ReportTable } {
  const table = new ReportTable(directions)
  let count = 0
  for (const { reports } of trials) {
    const at = firstFrom(reports.steps, step)
    if (reports.steps[at] !== step) continue
    count++
    if (isNumeric(reports, at)) table.add(reports, at)
  }
  return { count, table }
}

/** In words, how the best of its own values is worse than the percentile of the others; `undefined` where it is not. */
function worseValue(
  [own = []]: Columns,
  [others = []]: Columns,
  [direction]: readonly Direction[],
  percent: number,
): string | undefined {
  const minimize = direction === 'minimize'
  const best = own.reduce((a, b) => (minimize ? Math.min(a, b) : Math.max(a, b)))
  const bound = percentileOf(Float64Array.from(others), minimize ? percent : 100 - percent)
  const isWorse = minimize ? best > bound : best < bound
  return isWorse ? `its best value ${best} is worse than ${bound}` : undefined
}

/** The same for the best of the nondomination ranks of its own reports. */
function worseRank(
  own: Columns,
  others: Columns,
  directions: readonly Direction[],
  percent: number,
): string | undefined {
  const losses = lossRows(others, directions)
  const ranks = nondominationRanks(losses)
  // One more than the worst rank of those that dominate it.
  const rankOf = (loss: readonly number[]) =>
    losses.reduce(
      (rank, other, i) => (dominates(other, loss) ? Math.max(rank, (ranks[i] as number) + 1) : rank),
      0,
    )
  const best = Math.min(...lossRows(own, directions).map(rankOf))
  const bound = percentileOf(Float64Array.from([...ranks, best]), percent)
  return best > bound ? `its nondomination rank ${best} is worse than ${bound}` : undefined
}
