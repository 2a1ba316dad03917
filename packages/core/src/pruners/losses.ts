import { nondominationRanks } from '../numeric/nondominated.ts'
import type { Direction } from '../study/direction.ts'
import type { Reports } from '../trial/reports.ts'

/** A vector in which less is better in every objective: values to be maximised change their sign. */
export function lossesOf(values: readonly number[], directions: readonly Direction[]): number[] {
  return values.map((value, objective) => (directions[objective] === 'minimize' ? value : -value))
}

/** The report at an index: one value for each direction. */
export function reportAt({ values }: Reports, index: number): number[] {
  return values.map((column) => column[index] as number)
}

/** The index of the last report; -1 where there is none. */
export function lastIndex({ steps }: Reports): number {
  return steps.length - 1
}

/** Whether a report is worth nothing: it has a part that is not a number. */
export function hasNaN(report: readonly number[]): boolean {
  return report.some(Number.isNaN)
}

/**
 * A number for each vector of losses, by which they are compared: with one objective the loss itself, with several the
 * nondomination rank among all of them.
 *
 * Source: R. Schmucker et al., "Multi-objective Asynchronous Successive Halving", arXiv:2106.12639, section 4, which
 * ranks like this; ties within a front are left as ties here, so that no vector is worse than one that it does not
 * lose to.
 */
export function comparables(losses: readonly (readonly number[])[]): ArrayLike<number> {
  return losses[0]?.length === 1 ? losses.map(([loss]) => loss as number) : nondominationRanks(losses)
}
