import {
  cardinality,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
  nearestValue,
  type SearchSpace,
} from '../../space/index.ts'

/** Points of a space, row by row: see {@link UnitSpace} for what their coordinates mean. */
export interface Points {
  readonly coordinates: Float64Array
  readonly count: number
}

/**
 * A search space as the unit cube, which the model sees.
 *
 * A number's coordinate is its place in the range, from 0 to 1, over the logarithm for log ranges. A grid is widened by
 * half a step on each side first, as in Optuna, so that the levels lie in the middles of equal cells. A choice's
 * coordinate is its index.
 */
export class UnitSpace {
  readonly names: readonly string[]
  readonly dimension: number
  /** How many values each parameter has; `Infinity` for a continuous one. */
  readonly levels: Float64Array
  readonly isCategorical: Uint8Array
  readonly #distributions: readonly Distribution[]

  constructor(space: SearchSpace) {
    this.names = Object.keys(space)
    this.dimension = this.names.length
    this.#distributions = Object.values(space)
    this.levels = Float64Array.from(this.#distributions, cardinality)
    this.isCategorical = Uint8Array.from(this.#distributions, ({ kind }) => (kind === 'categorical' ? 1 : 0))
  }

  /** The coordinate of an internal value; outside [0, 1] for one outside the range. */
  encode(k: number, internal: number): number {
    const distribution = this.#distributions[k] as Distribution
    if (distribution.kind === 'categorical') return internal
    const [low, high] = ends(distribution)
    if (low === high) return 0.5
    const x = distribution.log ? Math.log(internal) : internal
    // The widest ranges are longer than the largest number, half of the narrowest is 0.
    const length = high - low
    return Number.isFinite(length) ? (x - low) / length : (0.5 * x - 0.5 * low) / (0.5 * high - 0.5 * low)
  }

  /** The internal value nearest to a coordinate. */
  decode(k: number, coordinate: number): number {
    const distribution = this.#distributions[k] as Distribution
    if (distribution.kind === 'categorical') return coordinate
    const [low, high] = ends(distribution)
    const x = low * (1 - coordinate) + high * coordinate
    return nearestValue(distribution, distribution.log ? Math.exp(x) : x)
  }

  /** The level nearest to a coordinate of a parameter that has levels: 0, 1, 2, …. */
  level(k: number, coordinate: number): number {
    const distribution = this.#distributions[k] as Distribution
    if (distribution.kind === 'categorical') return coordinate
    return Math.round((this.decode(k, coordinate) - distribution.low) / (distribution.step as number))
  }

  /** The coordinate of a level. */
  coordinate(k: number, level: number): number {
    const distribution = this.#distributions[k] as Distribution
    if (distribution.kind === 'categorical') return level
    return this.encode(
      k,
      nearestValue(distribution, distribution.low + level * (distribution.step as number)),
    )
  }

  /** The coordinate, of those that the parameter has, for a number in [0, 1). */
  at(k: number, u: number): number {
    const levels = this.levels[k] as number
    if (this.isCategorical[k]) return Math.min(Math.floor(u * levels), levels - 1)
    return levels === Number.POSITIVE_INFINITY ? u : this.coordinate(k, this.level(k, u))
  }

  /** Internal values by name. */
  params(point: Float64Array): Record<string, number> {
    return Object.fromEntries(this.names.map((name, k) => [name, this.decode(k, point[k] as number)]))
  }
}

/** The ends of the range on the scale on which it is even. */
function ends({ low, high, log, step }: FloatDistribution | IntDistribution): [number, number] {
  const half = step === null ? 0 : step / 2
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half]
}
