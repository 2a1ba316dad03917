/**
 * A space as CMA-ES sees it: the unit cube, in which all ranges are equally long, log ranges on their log scale.
 */
import {
  cardinality,
  type FloatDistribution,
  type IntDistribution,
  isSingle,
  nearestValue,
  type SearchSpace,
} from '../../space/index.ts'

/** One numerical parameter. */
export interface Coordinate {
  readonly name: string
  /** The discrete values along it; `null` for a continuous range. */
  readonly cells: Cells | null
  /** From the range to [0, 1]; beyond it for a value that is not in the range. */
  toUnit(internal: number): number
  /** The value of the distribution at, or nearest to, a place. */
  toInternal(unit: number): number
}

/** How the values of a discrete parameter divide the axis between them. */
export interface Cells {
  readonly count: number
  /** Which value a place belongs to. At an edge it is the lower one. */
  indexAt(unit: number): number
  /** The edge between a value and the next one. */
  edge(index: number): number
  /** Where a value lies. */
  centre(index: number): number
}

type Numerical = FloatDistribution | IntDistribution

/** The numerical parameters of a space, by name; none with a single value. */
export function coordinatesOf(space: SearchSpace): Coordinate[] {
  return Object.keys(space)
    .sort()
    .flatMap((name) => {
      const distribution = space[name] as SearchSpace[string]
      if (distribution.kind === 'categorical' || isSingle(distribution)) return []
      return distribution.step === null ? continuous(name, distribution) : discrete(name, distribution)
    })
}

function continuous(name: string, distribution: Numerical): Coordinate {
  const { low, high, log } = distribution
  const scale = log ? unitScale(Math.log(low), Math.log(high)) : unitScale(low, high)
  return {
    name,
    cells: null,
    toUnit: (internal) => scale.toUnit(log ? Math.log(internal) : internal),
    toInternal: (unit) => {
      const x = scale.fromUnit(unit)
      return nearestValue(distribution, log ? Math.exp(x) : x)
    },
  }
}

function discrete(name: string, distribution: Numerical): Coordinate {
  const { low, log, step } = distribution
  const spacing = step ?? 1
  const count = cardinality(distribution)
  const place = (index: number) => (log ? Math.log(low + index * spacing) : index)
  const scale = unitScale(place(0), place(count - 1))
  const edge = (index: number) => scale.toUnit(place(index + 0.5))
  const centre = (index: number) => scale.toUnit(place(index))
  const indexAt = (unit: number) => {
    const x = scale.fromUnit(unit)
    const index = log ? (Math.exp(x) - low) / spacing : x
    const nearest = Math.min(Math.max(Math.round(index), 0), count - 1)
    return nearest > 0 && unit <= edge(nearest - 1) ? nearest - 1 : nearest
  }
  return {
    name,
    cells: { count, indexAt, edge, centre },
    toUnit: (internal) => {
      const index = (internal - low) / spacing
      return scale.toUnit(log ? Math.log(internal) : index)
    },
    toInternal: (unit) => nearestValue(distribution, low + indexAt(unit) * spacing),
  }
}

/** The line that takes `from` to 0 and `to` to 1, without overflow for the widest ranges. */
function unitScale(from: number, to: number) {
  const half = to / 2 - from / 2
  return {
    toUnit: (x: number) => (half > 0 ? (x / 2 - from / 2) / half : 0.5),
    fromUnit: (unit: number) => from * (1 - unit) + to * unit,
  }
}
