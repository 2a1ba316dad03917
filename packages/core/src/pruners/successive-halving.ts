/**
 * Asynchronous successive halving: trials compete at rungs, steps that grow by a factor η, and at each rung the best
 * 1/η of those that came there go on.
 *
 * Source: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2, without its
 * pausing: a trial that is not promoted ends. Notation as there: r minResource, η reductionFactor, s
 * minEarlyStoppingRate. Several objectives: see `comparables`. Semantics and defaults as in Optuna 5.
 *
 * Optuna writes a trial's value at a rung to the database when it is asked whether to prune. Here the value is read off
 * the reports: it is the first one, other than NaN, at or after the rung's step. The same trials compete with the same
 * values where every report is followed by the question, steps are reported in ascending order and no report passes two
 * rungs at once. Elsewhere a trial competes here at all rungs that its reports passed; in Optuna not at those where
 * nobody asked, or `auto` had nothing to go by yet, nor at those above the one where it was pruned. And asked again
 * about the same reports, Optuna lets a trial go on that it has just pruned.
 */
import { z } from 'zod'
import type { ReportedTrial } from '../history/reported-trial.ts'
import { readOptions } from '../options/read-options.ts'
import { whole, wholeOrAuto } from '../options/rules.ts'
import type { Direction } from '../study/direction.ts'
import { firstFrom, type Reports } from '../trial/reports.ts'
import { comparables, isNumeric, ReportTable } from './losses.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** The settings of `successiveHalving`. The defaults are those of Optuna 5. */
export const successiveHalvingOptions = z
  .strictObject({
    minResource: wholeOrAuto(1)
      .default('auto')
      .describe(
        'How many steps every trial may take at least; the first rung is at minResource · η^s. `auto`: a hundredth of the last step of the complete trials, at least 1, and no pruning before there is one. Optuna keeps the first such estimate for the life of the process; here it follows the history.',
      ),
    reductionFactor: whole(2).default(4).describe('η: one in so many trials goes on to the next rung.'),
    minEarlyStoppingRate: whole(0).default(0).describe('s: how many rungs are left out at the beginning.'),
    bootstrapCount: whole(0)
      .default(0)
      .describe('How many other trials must have come to a rung before any goes on from it.'),
  })
  .superRefine(({ minResource, bootstrapCount }, context) => {
    if (minResource !== 'auto' || bootstrapCount === 0) return
    context.addIssue({ code: 'custom', path: ['bootstrapCount'], message: "0 where minResource is 'auto'" })
  })

/** Settings of `successiveHalving`: see `successiveHalvingOptions`. */
export type SuccessiveHalvingOptions = Readonly<z.input<typeof successiveHalvingOptions>>

type Settings = Readonly<z.output<typeof successiveHalvingOptions>>

/**
 * Ends a trial at a rung unless its report there is among the best 1/η of all trials that came to that rung, whatever
 * became of them. A trial whose report at a rung is NaN is pruned.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner {
  const settings = readOptions('successiveHalving', successiveHalvingOptions, options)
  return { name: 'successiveHalving', options: settings, prune: (request) => halve(request, settings) }
}

/**
 * The rule itself.
 *
 * @param competes which of the other trials count, by number. Default: all.
 */
export function halve(
  request: PruneRequest,
  settings: Settings,
  competes: (number: number) => boolean = () => true,
): PruneDecision {
  const { reports, directions } = request
  const last = reports.steps.length - 1
  const step = reports.steps[last]
  if (step === undefined) return KEEP
  const minResource = settings.minResource === 'auto' ? estimate(request.finished) : settings.minResource
  if (minResource === undefined) return KEEP
  for (let rung = 0; ; rung++) {
    const rungStep = minResource * settings.reductionFactor ** (settings.minEarlyStoppingRate + rung)
    if (step < rungStep) return KEEP
    const at = completion(reports, rungStep)
    // It went on from this rung at an earlier report.
    if (at !== undefined && at < last) continue
    if (at === undefined) return pruneBecause(`its report at step ${step}, rung ${rung}, is not a number`)
    const table = new ReportTable(directions.length)
    table.add(reports, last)
    addCompetitors(table, request, rungStep, competes)
    if (isFirstPromoted(table, directions, settings)) continue
    const own = table.columns.map(([value]) => value).join(', ')
    return pruneBecause(
      `${own} at step ${step} is not among the best 1/${settings.reductionFactor} of ${table.size} trials at rung ${rung}`,
    )
  }
}

function estimate(finished: readonly ReportedTrial[]): number | undefined {
  const step = lastCompleteStep(finished)
  return step === undefined ? undefined : Math.max(Math.floor(step / 100), 1)
}

/** The last step of any complete trial; `undefined` where there is none. */
export function lastCompleteStep(finished: readonly ReportedTrial[]): number | undefined {
  let last: number | undefined
  for (const { state, reports } of finished) {
    const step = reports.steps.at(-1)
    if (state !== 'complete' || step === undefined) continue
    last = Math.max(last ?? 0, step)
  }
  return last
}

/** The index of the report with which a trial came to the rung; `undefined` where it did not. */
function completion(reports: Reports, rungStep: number): number | undefined {
  for (let i = firstFrom(reports.steps, rungStep); i < reports.steps.length; i++) {
    if (isNumeric(reports, i)) return i
  }
  return undefined
}

function addCompetitors(
  table: ReportTable,
  { finished, running }: PruneRequest,
  rungStep: number,
  competes: (number: number) => boolean,
): void {
  for (const trials of [finished, running]) {
    for (const { number, reports } of trials) {
      const at = completion(reports, rungStep)
      if (at !== undefined && competes(number)) table.add(reports, at)
    }
  }
}

/** Whether the first of those at a rung goes on. */
function isFirstPromoted(
  { columns, size }: ReportTable,
  directions: readonly Direction[],
  { reductionFactor, bootstrapCount }: Settings,
): boolean {
  if (size <= bootstrapCount) return false
  const compared = comparables(columns, directions)
  const [own] = compared
  const bound = compared.sort()[Math.max(Math.floor(size / reductionFactor), 1) - 1]
  return (own as number) <= (bound as number)
}
