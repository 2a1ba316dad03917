import type { HistorySnapshot } from '../../history/index.ts'

/** Whether the trial of a row has all these internal values. */
export function rowHas(
  history: HistorySnapshot,
  row: number,
  params: Readonly<Record<string, number>>,
): boolean {
  for (const name in params) if (history.params[name]?.[row] !== params[name]) return false
  return true
}

/** Whether the first has all values of the second. */
export function hasAll(
  params: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): boolean {
  for (const name in wanted) if (params[name] !== wanted[name]) return false
  return true
}
