import type { HistorySnapshot } from '../../history/history-snapshot.ts'
import {
  cardinality,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
  nearestValue,
  type SearchSpace,
} from '../../space/index.ts'
import { type Axis, everyValue, someValues } from '../finite/axis.ts'
import type { ResolvedGridOptions } from './grid-options.ts'

/** The points of a grid, numbered from 0: the first parameter changes fastest. */
export class GridPoints {
  /** How many there are; above 2^53 only roughly. */
  readonly size: number
  /** What tells this grid from others of the same options. */
  readonly description: string
  readonly #axes: readonly Axis[]

  /** @throws TuneError INVALID_PARAMS: a listed value that is not in its distribution */
  constructor(space: SearchSpace, options: ResolvedGridOptions) {
    const names = Object.keys(space).sort()
    this.#axes = names.map((name) => axisOf(name, space[name] as Distribution, options))
    this.description = JSON.stringify(names.map((name) => [name, space[name]]))
    this.size = this.#axes.reduce((product, axis) => product * axis.count, 1)
  }

  /** The internal values of a point. */
  at(point: number): Record<string, number> {
    const params: Record<string, number> = {}
    let rest = point
    for (const axis of this.#axes) {
      params[axis.name] = axis.valueAt(rest % axis.count)
      rest = Math.floor(rest / axis.count)
    }
    return params
  }

  /** A point whose coordinates are drawn by themselves. */
  random(below: (bound: number) => number): Record<string, number> {
    return Object.fromEntries(this.#axes.map((axis) => [axis.name, axis.valueAt(below(axis.count))]))
  }

  /** Which point these internal values are; -1 where they are none. */
  pointOf(params: Readonly<Record<string, number>>): number {
    return this.#pointBy((name) => params[name])
  }

  /** Which point the trial of a row took; -1 where it took none. */
  pointOfRow(history: HistorySnapshot, row: number): number {
    return this.#pointBy((name) => history.params[name]?.[row])
  }

  #pointBy(valueOf: (name: string) => number | undefined): number {
    let point = 0
    let weight = 1
    for (const axis of this.#axes) {
      const index = axis.indexOf(valueOf(axis.name) ?? Number.NaN)
      if (index < 0) return -1
      point += index * weight
      weight *= axis.count
    }
    return point
  }
}

function axisOf(name: string, distribution: Distribution, { values, resolution }: ResolvedGridOptions): Axis {
  const listed = Object.hasOwn(values, name) ? values[name] : undefined
  if (listed !== undefined) return someValues(name, distribution, listed)
  if (distribution.kind === 'categorical' || cardinality(distribution) < Number.POSITIVE_INFINITY)
    return everyValue(name, distribution)
  return someValues(name, distribution, evenlySpaced(distribution, resolution))
}

function evenlySpaced(distribution: FloatDistribution | IntDistribution, count: number): number[] {
  const { low, high, log } = distribution
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high]
  const inner = Array.from({ length: count - 2 }, (_, i) => {
    const u = (i + 1) / (count - 1)
    const x = from * (1 - u) + to * u
    return nearestValue(distribution, log ? Math.exp(x) : x)
  })
  return [low, ...inner, high]
}
