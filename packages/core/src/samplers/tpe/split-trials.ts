/**
 * Which trials are good and which are not: the split at the heart of TPE.
 *
 * Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4 (one direction);
 * Y. Ozaki et al., "Multiobjective Tree-structured Parzen Estimator", JAIR 73, 2022 (several: by
 * nondomination rank, the last rank by hypervolume); S. Watanabe, F. Hutter, "c-TPE", IJCAI 2023 (constraints).
 */
import { COMPLETE, type HistorySnapshot } from '../../history/history-snapshot.ts'
import { selectSmallest } from '../../numeric/select-smallest.ts'
import type { Direction } from '../../study/direction.ts'
import { selectByRank } from './select-by-rank.ts'

/** Rows of the history, each list by trial number. */
export interface Split {
  readonly below: Uint32Array
  readonly above: Uint32Array
}

/** How many of n trials are good: γ(n) = ⌈n/10⌉, for one direction at most 25. */
export function goodTrials(n: number, directions: number): number {
  const tenth = Math.ceil(0.1 * n)
  return directions === 1 ? Math.min(tenth, 25) : tenth
}

/**
 * Splits the history: the good trials are complete feasible ones, then pruned feasible ones, then infeasible ones,
 * the best of each kind first, until there are `size`. Of equal ones the earlier trial is taken.
 */
export function splitTrials(history: HistorySnapshot, directions: readonly Direction[], size: number): Split {
  const { states, violations } = history
  const rows = rowsByNumber(history)
  const isInfeasible = (row: number) => (violations[row] as number) > 0
  const isGood = new Uint8Array(history.size)
  let left = size
  const take = (kind: Uint32Array, best: Uint32Array) => {
    for (const i of best) isGood[kind[i] as number] = 1
    left -= best.length
  }
  const complete = rows.filter((row) => states[row] === COMPLETE && !isInfeasible(row))
  take(complete, bestComplete(history, directions, complete, left))
  if (left > 0) {
    const pruned = rows.filter((row) => states[row] !== COMPLETE && !isInfeasible(row))
    take(pruned, furthest(history, directions[0] as Direction, pruned).subarray(0, left))
  }
  if (left > 0) {
    const infeasible = rows.filter(isInfeasible)
    take(infeasible, selectSmallest(gather(violations, infeasible), left))
  }
  return {
    below: rows.filter((row) => isGood[row] === 1),
    above: rows.filter((row) => isGood[row] === 0),
  }
}

function rowsByNumber({ size, numbers }: HistorySnapshot): Uint32Array {
  const rows = new Uint32Array(size)
  let isAscending = true
  for (let row = 0; row < size; row++) {
    rows[row] = row
    if (row > 0 && (numbers[row - 1] as number) > (numbers[row] as number)) isAscending = false
  }
  return isAscending ? rows : rows.sort((a, b) => (numbers[a] as number) - (numbers[b] as number))
}

function gather(column: Float64Array, rows: Uint32Array, sign = 1): Float64Array {
  const values = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) values[i] = sign * (column[rows[i] as number] as number)
  return values
}

/** Positions in `rows` of the best. */
function bestComplete(
  history: HistorySnapshot,
  directions: readonly Direction[],
  rows: Uint32Array,
  size: number,
): Uint32Array {
  const losses = directions.map((direction, i) =>
    gather(history.values[i] as Float64Array, rows, direction === 'minimize' ? 1 : -1),
  )
  return losses.length === 1 ? selectSmallest(losses[0] as Float64Array, size) : selectByRank(losses, size)
}

/**
 * Positions in `rows` of pruned trials, the best first: who came further is better, then whose last value is better;
 * without any value last.
 */
function furthest(
  { lastSteps, lastValues }: HistorySnapshot,
  direction: Direction,
  rows: Uint32Array,
): Uint32Array {
  const delays = gather(lastSteps, rows, -1).map((delay) => (Number.isNaN(delay) ? 1 : delay))
  const losses = gather(lastValues, rows, direction === 'minimize' ? 1 : -1).map((loss, i) => {
    if (Number.isNaN(lastSteps[rows[i] as number])) return 0
    return Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss
  })
  const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1)
  return Uint32Array.from(rows.keys()).sort(
    (a, b) =>
      compare(delays[a] as number, delays[b] as number) || compare(losses[a] as number, losses[b] as number),
  )
}
