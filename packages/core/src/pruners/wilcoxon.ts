/**
 * Pruning by Wilcoxon's signed-rank test: the steps of a trial are problem instances (seeds, folds, days), the same in
 * every trial, and a trial ends as soon as it is significantly worse, instance by instance, than the best one.
 *
 * Semantics and defaults as in Optuna 5. With several objectives a trial is compared with each trial of the Pareto front,
 * and ends where it is significantly worse than one of them in every objective. That all of these tests reject at one
 * level is a test at that level: R. L. Berger, "Multiparameter Hypothesis Testing and Acceptance Sampling",
 * Technometrics 24(4), 1982. That any of k trials suffices is paid for by testing at 1/k of the level (Bonferroni).
 */
import { z } from 'zod'
import type { ReportedTrial } from '../history/reported-trial.ts'
import { signedRankTest } from '../numeric/signed-rank.ts'
import { readOptions } from '../options/read-options.ts'
import { between, whole } from '../options/rules.ts'
import type { Direction } from '../study/direction.ts'
import { firstFrom, type Reports } from '../trial/reports.ts'
import { comparables } from './losses.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** The settings of `wilcoxon`. The defaults are those of Optuna 5. */
export const wilcoxonOptions = z.strictObject({
  pThreshold: between(0, 1)
    .default(0.1)
    .describe(
      'A trial is pruned where the p-value of its being no worse falls below this. The test is repeated at each report: the chance to lose an equally good trial is larger than this.',
    ),
  startupSteps: whole(0)
    .default(2)
    .describe('How many steps two trials must share to be compared; at least 2 are always needed.'),
})

/** Settings of `wilcoxon`: see `wilcoxonOptions`. */
export type WilcoxonOptions = Readonly<z.input<typeof wilcoxonOptions>>

type Settings = Readonly<z.output<typeof wilcoxonOptions>>

/**
 * Ends a trial that is significantly worse than the best feasible complete one, by Wilcoxon's signed-rank test of the
 * differences at the steps that both have, unless the mean of its reports is as good as that of the best trial's.
 *
 * The order of steps means nothing here, and the last report no more than the others. A trial with a report that is
 * not finite is never pruned, and none is compared with.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner {
  const settings = readOptions('wilcoxon', wilcoxonOptions, options)
  return { name: 'wilcoxon', options: settings, prune: (request) => compareWithBest(request, settings) }
}

function compareWithBest(request: PruneRequest, { pThreshold, startupSteps }: Settings): PruneDecision {
  const { reports, directions, finished } = request
  if (reports.steps.length === 0 || !isFinite(reports)) return KEEP
  const rivals = bestTrials(finished, directions)
    .filter((trial) => trial.reports.steps.length > 0 && isFinite(trial.reports))
    .map((trial) => ({ trial, common: commonSteps(reports, trial.reports) }))
    .filter(({ common }) => common.length >= Math.max(2, startupSteps))
  for (const { trial, common } of rivals) {
    const p = Math.max(...directions.map((_, objective) => pValue(request, trial.reports, common, objective)))
    if (!(p < pThreshold / rivals.length)) continue
    if (!directions.every((_, objective) => isMeanWorse(request, trial.reports, objective))) continue
    return pruneBecause(
      `it is worse than trial ${trial.number} at ${common.length} steps, with p = ${p.toPrecision(2)}`,
    )
  }
  return KEEP
}

function isFinite({ values }: Reports): boolean {
  return values.every((column) => column.every(Number.isFinite))
}

/**
 * The feasible complete trials that no other dominates; with one objective the one with the best value, the earliest of
 * those that tie.
 */
function bestTrials(
  finished: readonly ReportedTrial[],
  directions: readonly Direction[],
): readonly ReportedTrial[] {
  const candidates = finished
    .filter(({ state, values, feasible }) => state === 'complete' && values !== null && feasible)
    .sort((a, b) => a.number - b.number)
  const columns = directions.map((_, objective) =>
    candidates.map(({ values }) => values?.[objective] as number),
  )
  const compared = comparables(columns, directions)
  const least = compared.reduce((a, b) => Math.min(a, b), Infinity)
  const best = candidates.filter((_, i) => compared[i] === least)
  return directions.length === 1 ? best.slice(0, 1) : best
}

/** Where two trials have reports at the same step: the index in each. */
function commonSteps(a: Reports, b: Reports): readonly (readonly [number, number])[] {
  return a.steps.flatMap((step, i) => {
    const k = firstFrom(b.steps, step)
    return b.steps[k] === step ? [[i, k] as const] : []
  })
}

/** How likely differences like these are where the trial is no worse than its rival. */
function pValue(
  { reports, directions }: PruneRequest,
  rival: Reports,
  common: readonly (readonly [number, number])[],
  objective: number,
): number {
  const [own, theirs] = [reports.values[objective], rival.values[objective]]
  const differences = common.map(([i, k]) => (own?.[i] as number) - (theirs?.[k] as number))
  const alternative = directions[objective] === 'minimize' ? 'greater' : 'less'
  return signedRankTest(differences, { alternative, zeros: 'split', approximate: 'large' })
}

function isMeanWorse({ reports, directions }: PruneRequest, rival: Reports, objective: number): boolean {
  const [own, theirs] = [meanOf(reports.values[objective] ?? []), meanOf(rival.values[objective] ?? [])]
  return directions[objective] === 'minimize' ? own > theirs : own < theirs
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
