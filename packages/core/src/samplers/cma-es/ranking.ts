import { COMPLETE, type HistorySnapshot } from '../../history/index.ts'
import type { Direction } from '../../study/direction.ts'

/** The value of a complete feasible trial, to be minimised; infinite for any other. */
export function lossOf(history: HistorySnapshot, row: number, direction: Direction): number {
  const isRanked = history.states[row] === COMPLETE && history.violations[row] === 0
  const value = history.values[0]?.[row] as number
  return isRanked ? signed(value, direction) : Number.POSITIVE_INFINITY
}

/**
 * Rows from the best to the worst: complete feasible trials by value, then pruned ones by how far they came and by
 * their last value, then infeasible ones by how much they break their constraints. The earlier trial wins a tie.
 */
export function ranked(history: HistorySnapshot, rows: readonly number[], direction: Direction): number[] {
  const keys = new Map(rows.map((row) => [row, keyOf(history, row, direction)]))
  return rows.toSorted((a, b) => {
    const [x, y] = [keys.get(a) as number[], keys.get(b) as number[]]
    const i = x.findIndex((key, at) => key !== y[at])
    return i < 0 ? 0 : (x[i] as number) < (y[i] as number) ? -1 : 1
  })
}

function keyOf(history: HistorySnapshot, row: number, direction: Direction): number[] {
  const number = history.numbers[row] as number
  const violation = history.violations[row] as number
  if (violation > 0) return [2, violation, 0, number]
  if (history.states[row] === COMPLETE) return [0, lossOf(history, row, direction), 0, number]
  const step = history.lastSteps[row] as number
  if (Number.isNaN(step)) return [1, Number.POSITIVE_INFINITY, 0, number]
  const value = history.lastValues[row] as number
  return [1, -step, Number.isNaN(value) ? Number.POSITIVE_INFINITY : signed(value, direction), number]
}

function signed(value: number, direction: Direction): number {
  return direction === 'minimize' ? value : -value
}
