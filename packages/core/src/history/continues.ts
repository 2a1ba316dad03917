import type { HistorySnapshot } from './history-snapshot.ts'

type ColumnArray = Float64Array | Uint32Array | Uint8Array

/**
 * Whether a history begins with all rows of an earlier one. Two views of the same memory are known to without a look
 * at the rows, since a row never changes.
 */
export function continues(later: HistorySnapshot, earlier: HistorySnapshot): boolean {
  const { size } = earlier
  if (later.size < size) return false
  if (size === 0 || later.numbers.buffer === earlier.numbers.buffer) return true
  const names = new Set([...Object.keys(later.params), ...Object.keys(earlier.params)])
  return (
    sameRows(later.numbers, earlier.numbers, size) &&
    sameRows(later.states, earlier.states, size) &&
    later.values.every((column, i) => sameRows(column, earlier.values[i], size)) &&
    sameRows(later.violations, earlier.violations, size) &&
    sameRows(later.lastSteps, earlier.lastSteps, size) &&
    sameRows(later.lastValues, earlier.lastValues, size) &&
    [...names].every((name) => sameRows(later.params[name], earlier.params[name], size))
  )
}

/** Whether two columns agree in their first rows; a column that does not exist reads as NaN. */
function sameRows(a: ColumnArray | undefined, b: ColumnArray | undefined, rows: number): boolean {
  for (let row = 0; row < rows; row++) {
    const [x, y] = [a?.[row] ?? Number.NaN, b?.[row] ?? Number.NaN]
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false
  }
  return true
}
