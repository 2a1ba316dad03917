/**
 * The percentile stopping rule: end a trial whose best report so far is worse than a percentile of what complete trials
 * reported at the same step.
 *
 * Source: for the median, D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section
 * 3.2.2, with values instead of their running averages. Semantics and defaults as in Optuna 5.
 */
import { dominates, nondominationRanks } from '../numeric/nondominated.ts'
import { percentile as percentileOf } from '../numeric/percentile.ts'
import { firstFrom } from '../trial/reports.ts'
import { assertBetween, assertWhole } from './check-options.ts'
import { type CheckSteps, isCheck, resolveCheckSteps } from './check-steps.ts'
import { hasNaN, lastIndex, lossesOf, reportAt } from './losses.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** Settings of `percentile` and `median`. The defaults are those of Optuna 5. */
export interface PercentileOptions extends CheckSteps {
  /** How many trials must be complete before any is pruned. Default: 5. */
  readonly startupTrials?: number
  /** How many complete trials must have a report at the step, for a comparison there. Default: 1. */
  readonly minTrials?: number
}

type Settings = Required<PercentileOptions> & { readonly percentile: number }

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
  assertBetween('percentile', 'percentile', percentile, 0, 100)
  const settings = { percentile, ...resolvePercentileOptions('percentile', options) }
  return { name: 'percentile', options: settings, prune: (request) => prunePercentile(request, settings) }
}

/** @throws TuneError INVALID_ARGUMENT */
export function resolvePercentileOptions(
  pruner: string,
  options: PercentileOptions,
): Required<PercentileOptions> {
  const { startupTrials = 5, minTrials = 1 } = options
  assertWhole(pruner, 'startupTrials', startupTrials, 0)
  assertWhole(pruner, 'minTrials', minTrials, 1)
  return { startupTrials, ...resolveCheckSteps(pruner, options), minTrials }
}

/** The rule itself. */
export function prunePercentile(request: PruneRequest, settings: Settings): PruneDecision {
  const { reports, directions } = request
  const complete = request.finished.filter(({ state }) => state === 'complete')
  if (complete.length === 0 || complete.length < settings.startupTrials) return KEEP
  if (!isCheck(reports.steps, settings)) return KEEP
  const own = reports.steps.map((_, i) => reportAt(reports, i)).filter((report) => !hasNaN(report))
  if (own.length === 0) return pruneBecause('it has reported nothing but NaN')
  const step = reports.steps[lastIndex(reports)] as number
  const others: number[][] = []
  for (const { reports: theirs } of complete) {
    const at = firstFrom(theirs.steps, step)
    if (theirs.steps[at] === step) others.push(reportAt(theirs, at))
  }
  if (others.length < settings.minTrials) return KEEP
  const comparison = { own, others: others.filter((report) => !hasNaN(report)) }
  if (comparison.others.length === 0) return KEEP
  return directions.length === 1
    ? compareValues(request, settings.percentile, step, comparison)
    : compareRanks(request, settings.percentile, step, comparison)
}

/** Reports without NaN: the trial's own until now, and those of complete trials at its step. */
interface Comparison {
  readonly own: readonly (readonly number[])[]
  readonly others: readonly (readonly number[])[]
}

function compareValues(
  { directions }: PruneRequest,
  percent: number,
  step: number,
  { own, others }: Comparison,
): PruneDecision {
  const minimize = directions[0] === 'minimize'
  const values = own.map(([value]) => value as number)
  const best = values.reduce((a, b) => (minimize ? Math.min(a, b) : Math.max(a, b)))
  const bound = percentileOf(
    Float64Array.from(others, ([value]) => value as number),
    minimize ? percent : 100 - percent,
  )
  if (minimize ? !(best > bound) : !(best < bound)) return KEEP
  return pruneBecause(
    `its best value ${best} is worse than ${bound}, which the best ${percent} % of ${others.length} trials reached at step ${step}`,
  )
}

function compareRanks(
  { directions }: PruneRequest,
  percent: number,
  step: number,
  { own, others }: Comparison,
): PruneDecision {
  const losses = others.map((report) => lossesOf(report, directions))
  const ranks = nondominationRanks(losses)
  // One more than the worst rank of those that dominate it.
  const rankOf = (report: readonly number[]) =>
    losses.reduce(
      (rank, other, i) => (dominates(other, report) ? Math.max(rank, (ranks[i] as number) + 1) : rank),
      0,
    )
  const best = own.reduce((rank, report) => Math.min(rank, rankOf(lossesOf(report, directions))), Infinity)
  const bound = percentileOf(Float64Array.from([...ranks, best]), percent)
  if (best <= bound) return KEEP
  return pruneBecause(
    `its nondomination rank ${best} is worse than ${bound}, that of the best ${percent} % of ${others.length} trials at step ${step}`,
  )
}
