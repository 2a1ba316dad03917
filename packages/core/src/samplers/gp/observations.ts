import { COMPLETE, type HistorySnapshot } from '../../history/history-snapshot.ts'
import type { Direction } from '../../study/direction.ts'
import type { SuggestRequest } from '../sampler.ts'
import type { Points, UnitSpace } from './unit-space.ts'

/** How far outside the range, in its lengths, a point may lie that still teaches something. */
const MARGIN = 1

/** What the model learns from: complete trials that have all parameters, by number. */
export interface Observations {
  readonly points: Points
  /** By direction, then trial: lower is better, all finite. */
  readonly losses: readonly Float64Array[]
  readonly isFeasible: readonly boolean[]
  /** By constraint, then trial: at most 0 where it holds; NaN where the trial has no value for it. */
  readonly constraints: readonly Float64Array[]
}

export function observationsOf({ history, directions }: SuggestRequest, space: UnitSpace): Observations {
  const rows = rowsByNumber(history).filter((row) => isInReach(history, space, row))
  const { dimension } = space
  const coordinates = new Float64Array(rows.length * dimension)
  for (const [i, row] of rows.entries())
    for (const [k, name] of space.names.entries())
      coordinates[i * dimension + k] = space.encode(k, history.params[name]?.[row] as number)
  const column = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number)
  return {
    points: { coordinates, count: rows.length },
    losses: directions.map((direction, i) => lossesOf(column(history.values[i] as Float64Array), direction)),
    isFeasible: rows.map((row) => history.violations[row] === 0),
    constraints: Object.keys(history.constraints)
      .sort()
      .map((name) => column(history.constraints[name] as Float64Array))
      .map(clipped)
      .filter((values) => values.some(Number.isFinite)),
  }
}

/** Running trials whose parameters are all known. */
export function pendingPoints({ pending }: SuggestRequest, space: UnitSpace): Points {
  const known = pending.filter(({ params }) => space.names.every((name) => params[name] !== undefined))
  const coordinates = Float64Array.from(
    known.flatMap(({ params }) => space.names.map((name, k) => space.encode(k, params[name] as number))),
  )
  return { coordinates, count: known.length }
}

/** One point set after the other. */
export function joined(a: Points, b: Points): Points {
  const coordinates = new Float64Array(a.coordinates.length + b.coordinates.length)
  coordinates.set(a.coordinates)
  coordinates.set(b.coordinates, a.coordinates.length)
  return { coordinates, count: a.count + b.count }
}

function rowsByNumber(history: HistorySnapshot): number[] {
  return Array.from({ length: history.size }, (_, row) => row)
    .filter((row) => history.states[row] === COMPLETE)
    .sort((a, b) => (history.numbers[a] as number) - (history.numbers[b] as number))
}

function isInReach(history: HistorySnapshot, space: UnitSpace, row: number): boolean {
  return space.names.every((name, k) => {
    const coordinate = space.encode(k, history.params[name]?.[row] ?? Number.NaN)
    return space.isCategorical[k]
      ? coordinate < (space.levels[k] as number)
      : coordinate >= -MARGIN && coordinate <= 1 + MARGIN
  })
}

function lossesOf(values: Float64Array, direction: Direction): Float64Array {
  return clipped(direction === 'minimize' ? values : values.map((value) => -value))
}

/** Infinite values become the largest or smallest finite one; 0 where there is none. */
function clipped(values: Float64Array): Float64Array {
  const finite = values.filter(Number.isFinite)
  const least = finite.reduce((min, x) => Math.min(min, x), finite[0] ?? 0)
  const most = finite.reduce((max, x) => Math.max(max, x), finite[0] ?? 0)
  return values.map((x) => Math.min(Math.max(x, least), most))
}
