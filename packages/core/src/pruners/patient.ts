/**
 * Patience: let a trial be pruned only when it has stopped to get better by itself, as early stopping does.
 *
 * Semantics as in Optuna 5. Several objectives: with δ added to each loss, the dominance is the additive ε-dominance of
 * M. Laumanns et al., "Combining Convergence and Diversity in Evolutionary Multiobjective Optimization", Evolutionary
 * Computation 10(3), 2002; with one objective it is `<`.
 */
import { z } from 'zod'
import { dominates } from '../numeric/nondominated.ts'
import { readOptions } from '../options/read-options.ts'
import { atLeast, whole } from '../options/rules.ts'
import type { Reports } from '../trial/reports.ts'
import { lossRows, numericReports } from './losses.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner, pruneBecause } from './pruner.ts'

/** The settings of `patient` but for the pruner that it asks. */
export const patientOptions = z.strictObject({
  patience: whole(0).describe(
    'For how many reports after the first of them a trial may stay without improvement.',
  ),
  minDelta: atLeast(0)
    .default(0)
    .describe('By how much the best must be missed in each objective to count as no improvement.'),
})

/** Settings of `patient`: see `patientOptions`. */
export type PatientOptions = Readonly<z.input<typeof patientOptions>>

/**
 * Asks another pruner only about trials whose last `patience + 1` reports brought no improvement: each of them is
 * worse, by more than `minDelta`, than some report before. NaN is ignored.
 *
 * With several directions "worse" is "dominated".
 *
 * @param pruner `null` prunes every such trial.
 * @throws TuneError INVALID_ARGUMENT
 */
export function patient(pruner: Pruner | null, options: PatientOptions): Pruner {
  const { patience, minDelta } = readOptions('patient', patientOptions, options)
  return {
    name: 'patient',
    options: { pruner: pruner && { ...pruner.options, name: pruner.name }, patience, minDelta },
    prune: (request) => {
      if (!hasStopped(request, patience, minDelta)) return KEEP
      return pruner?.prune(request) ?? noImprovement(patience)
    },
  }
}

function noImprovement(patience: number): PruneDecision {
  return pruneBecause(`its last ${patience + 1} reports brought no improvement`)
}

/** Whether each of the last reports is worse than one before. */
function hasStopped(request: PruneRequest, patience: number, minDelta: number): boolean {
  const { reports, directions } = request
  const split = reports.steps.length - patience - 1
  if (split <= 0) return false
  const part = (from: number, to: number) => ({
    steps: reports.steps.slice(from, to),
    values: reports.values.map((column) => column.slice(from, to)),
  })
  const lossesOf = (some: Reports) => lossRows(numericReports(some), directions)
  const before = lossesOf(part(0, split)).map((loss) => loss.map((value) => value + minDelta))
  const after = lossesOf(part(split, reports.steps.length))
  return after.length > 0 && after.every((loss) => before.some((other) => dominates(other, loss)))
}
