import { nondominationRanks } from '../numeric/nondominated.ts'
import type { Direction } from '../study/direction.ts'
import type { Reports } from '../trial/reports.ts'

/** Vectors in columns, one for each objective: as reports keep them, and cheap for many trials. */
export type Columns = readonly (readonly number[])[]

/** The vectors as rows in which less is better in every objective: values to be maximised change their sign. */
export function lossRows(columns: Columns, directions: readonly Direction[]): number[][] {
  const [first = []] = columns
  return first.map((_, row) =>
    columns.map((column, objective) => {
      const value = column[row] as number
      return directions[objective] === 'minimize' ? value : -value
    }),
  )
}

/**
 * A number for each vector by which they are compared, less being better: with one objective the loss itself, with
 * several the nondomination rank among all of them.
 *
 * Source: R. Schmucker et al., "Multi-objective Asynchronous Successive Halving", arXiv:2106.12639, where fronts
 * are ranked like this; within a front, which is split up there, all are equal here, so that nothing is worse for a
 * trade between objectives.
 */
export function comparables(columns: Columns, directions: readonly Direction[]): Float64Array {
  const [only, ...rest] = columns
  if (only === undefined || rest.length > 0)
    return Float64Array.from(nondominationRanks(lossRows(columns, directions)))
  const sign = directions[0] === 'minimize' ? 1 : -1
  return Float64Array.from(only, (value) => sign * value)
}

/** Whether every part of the report at an index is a number. One that is not is worth nothing. */
export function isNumeric({ values }: Reports, index: number): boolean {
  for (const column of values) if (Number.isNaN(column[index])) return false
  return true
}

/** Reports with a part that is not a number left out. */
export function numericReports({ steps, values }: Reports): Columns {
  const kept = Array.from(steps.keys()).filter((i) => isNumeric({ steps, values }, i))
  return values.map((column) => kept.map((i) => column[i] as number))
}

/** Reports of many trials as they are collected. */
export class ReportTable {
  readonly columns: readonly number[][]

  /** @param directions how many values a report has. */
  constructor(directions: number) {
    this.columns = Array.from({ length: directions }, () => [])
  }

  get size(): number {
    return this.columns[0]?.length ?? 0
  }

  add({ values }: Reports, index: number): void {
    for (let i = 0; i < values.length; i++) this.columns[i]?.push(values[i]?.[index] as number)
  }
}
