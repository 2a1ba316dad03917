/**
 * Which trials are good and which are not: the split at the heart of TPE.
 *
 * Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4 (one direction);
 * Y. Ozaki et al., "Multiobjective Tree-structured Parzen Estimator", JAIR 73, 2022, section 4.2 (several: by
 * nondomination rank, the last rank by hypervolume); S. Watanabe, F. Hutter, "c-TPE", IJCAI 2023 (constraints).
 */
import { COMPLETE, type HistorySnapshot } from '../../history/history-snapshot.ts'
import { nondominationRanks } from '../../numeric/nondominated.ts'
import { selectByHypervolume } from '../../numeric/subset-selection.ts'
import type { Direction } from '../../study/direction.ts'

/** Rows of the history, each list by trial number. */
export interface Split {
  readonly below: readonly number[]
  readonly above: readonly number[]
}

/** How many of n trials are good: γ(n) = ⌈n/10⌉, for one direction at most 25. */
export function goodTrials(n: number, directions: number): number {
  const tenth = Math.ceil(0.1 * n)
  return directions === 1 ? Math.min(tenth, 25) : tenth
}

/**
 * Splits the history: the good trials are complete feasible ones, then pruned feasible ones, then infeasible ones,
 * the best of each kind first, until there are `size`.
 */
export function splitTrials(history: HistorySnapshot, directions: readonly Direction[], size: number): Split {
  const rows = Array.from({ length: history.size }, (_, row) => row)
  rows.sort((a, b) => (history.numbers[a] as number) - (history.numbers[b] as number))
  const isInfeasible = (row: number) => (history.violations[row] as number) > 0
  const isComplete = (row: number) => history.states[row] === COMPLETE
  const feasible = rows.filter((row) => !isInfeasible(row))
  const complete = feasible.filter(isComplete)
  const good = new Set(
    directions.length === 1
      ? bestByValue(history, complete, directions[0] as Direction, size)
      : bestByRank(history, complete, directions, size),
  )
  const pruned = feasible
    .filter((row) => !isComplete(row))
    .sort(byProgress(history, directions[0] as Direction))
  for (const row of pruned.slice(0, size - good.size)) good.add(row)
  const infeasible = rows
    .filter(isInfeasible)
    .sort((a, b) => (history.violations[a] as number) - (history.violations[b] as number))
  for (const row of infeasible.slice(0, size - good.size)) good.add(row)
  return { below: rows.filter((row) => good.has(row)), above: rows.filter((row) => !good.has(row)) }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function bestByValue(
  history: HistorySnapshot,
  rows: readonly number[],
  direction: Direction,
  size: number,
): number[] {
  const [values] = history.values
  const sign = direction === 'minimize' ? 1 : -1
  const loss = (row: number) => sign * (values?.[row] as number)
  return rows.toSorted((a, b) => compare(loss(a), loss(b))).slice(0, size)
}

function bestByRank(
  history: HistorySnapshot,
  rows: readonly number[],
  directions: readonly Direction[],
  size: number,
): number[] {
  const losses = rows.map((row) =>
    directions.map(
      (direction, i) => (direction === 'minimize' ? 1 : -1) * (history.values[i]?.[row] as number),
    ),
  )
  const ranks = nondominationRanks(losses)
  const chosen: number[] = []
  for (let rank = 0; chosen.length < Math.min(size, rows.length); rank++) {
    const front = Array.from(rows.keys()).filter((i) => ranks[i] === rank)
    const room = size - chosen.length
    if (front.length <= room) chosen.push(...front)
    else {
      const points = front.map((i) => losses[i] as number[])
      const selected = selectByHypervolume(points, room, referencePoint(points))
      chosen.push(...selected.map((k) => front[k] as number))
    }
  }
  return chosen.map((i) => rows[i] as number)
}

/** A little worse than the worst in each objective; never 0, so that the last point keeps some volume. */
function referencePoint(points: readonly (readonly number[])[]): number[] {
  return (points[0] as readonly number[]).map((_, i) => {
    const worst = Math.max(...points.map((point) => point[i] as number))
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12
  })
}

/** Pruned trials: who came further is better, then whose last value is better; without any value last. */
function byProgress(history: HistorySnapshot, direction: Direction): (a: number, b: number) => number {
  const sign = direction === 'minimize' ? 1 : -1
  const key = (row: number): [number, number] => {
    const step = history.lastSteps[row] as number
    if (Number.isNaN(step)) return [1, 0]
    const value = sign * (history.lastValues[row] as number)
    return [-step, Number.isNaN(value) ? Number.POSITIVE_INFINITY : value]
  }
  return (a, b) => {
    const [stepA, valueA] = key(a)
    const [stepB, valueB] = key(b)
    return compare(stepA, stepB) || compare(valueA, valueB)
  }
}
