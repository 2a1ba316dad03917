/** What the sampler believes of all objectives and constraints, made from what was observed and what still runs. */
import type { KernelCache } from './kernel-cache.ts'
import { joined, type Observations } from './observations.ts'
import { type Standardised, standardised, warped } from './standardised.ts'
import { Surrogate } from './surrogate.ts'
import type { Points, UnitSpace } from './unit-space.ts'

interface ConstraintModel {
  readonly surrogate: Surrogate
  /** Where 0 stands on the surrogate's scale: at most so much is feasible. */
  readonly limit: number
}

export interface Model {
  readonly pending: Points
  /** By objective. */
  readonly objectives: readonly Surrogate[]
  /** By objective, then trial: losses on the surrogate's scale. */
  readonly losses: readonly Float64Array[]
  readonly constraints: readonly ConstraintModel[]
}

export interface ModelOptions {
  readonly space: UnitSpace
  readonly observations: Observations
  readonly pending: Points
  readonly cache: KernelCache
}

export function modelOf(options: ModelOptions): Model {
  const { observations, pending } = options
  const objectives = observations.losses.map((losses) => fitted(options, observations.points, losses, warped))
  const constraints = observations.constraints.map((values) => {
    const points = rowsOf(observations.points, (row) => !Number.isNaN(values[row]), options.space.dimension)
    const known = values.filter((value) => !Number.isNaN(value))
    const { surrogate, scale } = fitted(options, points, known, standardised)
    return { surrogate, limit: scale.place(0) }
  })
  return {
    pending,
    objectives: objectives.map(({ surrogate }) => surrogate),
    losses: objectives.map(({ scale }) => scale.values),
    constraints,
  }
}

function fitted(
  { space, pending, cache }: ModelOptions,
  points: Points,
  values: Float64Array,
  transform: (values: Float64Array) => Standardised,
): { surrogate: Surrogate; scale: Standardised } {
  const first = roundedSize(points.count)
  const { kernel, factor } = cache.fitted(
    { coordinates: points.coordinates.subarray(0, first * space.dimension), count: first },
    space.isCategorical,
    transform(values.subarray(0, first)).values,
  )
  const scale = transform(values)
  const surrogate = new Surrogate({
    points: joined(points, pending),
    isCategorical: space.isCategorical,
    kernel,
    factor,
    targets: scale.values,
  })
  return { surrogate, scale }
}

/**
 * How many of n trials the kernel is fitted to: the first of them by number, n without all but its 4 leading bits. Each
 * kernel serves for the next n/16 to n/8 trials as well; the model of the function always knows all.
 */
function roundedSize(n: number): number {
  let step = 1
  while (n >= 16 * step) step *= 2
  return Math.floor(n / step) * step
}

function rowsOf(
  { coordinates, count }: Points,
  isWanted: (row: number) => boolean,
  dimension: number,
): Points {
  const rows = Array.from({ length: count }, (_, row) => row).filter(isWanted)
  const kept = new Float64Array(rows.length * dimension)
  for (const [i, row] of rows.entries())
    kept.set(coordinates.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  return { coordinates: kept, count: rows.length }
}
