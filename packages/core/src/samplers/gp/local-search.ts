/**
 * The climb from one point to the best one near it: numbers along the gradient, then levels and choices one parameter
 * at a time, in turns until neither gains.
 *
 * A parameter with many levels takes part in the first climb along the gradient as if it were continuous, and is put on
 * its nearest level afterwards.
 */
import { lbfgs } from '../../numeric/lbfgs.ts'
import type { Acquisition } from './acquisition.ts'
import type { UnitSpace } from './unit-space.ts'

/** Up to so many levels are all tried. */
const FEW_LEVELS = 16
const MOST_TURNS = 20
/** Optuna's: the square root of its tolerance of 1e-4. */
const GRADIENT_TOLERANCE = 1e-2
const STEPS = 50
/** A step or turn that gains less is the last. */
const LEAST_GAIN = 1e-4

export class LocalSearch {
  readonly #acquisition: Acquisition
  readonly #space: UnitSpace
  readonly #lengthscales: Float64Array
  /** For parameters of which all values worth trying are tried: their coordinates. */
  readonly #few: ReadonlyMap<number, readonly number[]>
  readonly #continuous: readonly number[]
  readonly #relaxed: readonly number[]
  readonly #discrete: readonly number[]
  readonly #trial: Float64Array
  readonly #gradient: Float64Array

  /**
   * @param lengthscales by parameter: one step of the climb moves all numbers by the same part of theirs.
   * @param choices for each categorical parameter those worth trying.
   */
  constructor(
    acquisition: Acquisition,
    space: UnitSpace,
    lengthscales: Float64Array,
    choices: ReadonlyMap<number, readonly number[]>,
  ) {
    this.#acquisition = acquisition
    this.#space = space
    this.#lengthscales = lengthscales
    const dimensions = Array.from(space.levels.keys())
    const hasLevels = (k: number) => space.levels[k] !== Number.POSITIVE_INFINITY
    this.#continuous = dimensions.filter((k) => !hasLevels(k))
    this.#discrete = dimensions.filter(hasLevels)
    this.#relaxed = dimensions.filter(
      (k) => !space.isCategorical[k] && (space.levels[k] as number) > FEW_LEVELS,
    )
    this.#few = new Map([...choices, ...this.#fewLevels()])
    this.#trial = new Float64Array(space.dimension)
    this.#gradient = new Float64Array(space.dimension)
  }

  #fewLevels(): [number, number[]][] {
    return this.#discrete
      .filter((k) => !this.#space.isCategorical[k] && !this.#relaxed.includes(k))
      .map((k) => {
        const levels = Array.from({ length: this.#space.levels[k] as number }, (_, level) => level)
        return [k, levels.map((level) => this.#space.coordinate(k, level))]
      })
  }

  /** Moves the point uphill. @returns the acquisition there */
  climb(point: Float64Array): number {
    let value = this.#acquisition.evaluate(point)
    if (this.#relaxed.length > this.#continuous.length) value = this.#climbRelaxed(point, value)
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const before = value
      if (this.#continuous.length > 0) value = this.#follow(point, this.#continuous)
      if (this.#discrete.length === 0) break
      for (const k of this.#discrete) value = this.#improve(point, k, value)
      if (!(value > before + LEAST_GAIN)) break
    }
    return value
  }

  #climbRelaxed(point: Float64Array, value: number): number {
    const relaxed = point.slice()
    this.#follow(relaxed, this.#relaxed)
    for (const k of this.#relaxed) relaxed[k] = this.#space.at(k, Math.min(relaxed[k] as number, 1 - 1e-12))
    const snapped = this.#acquisition.evaluate(relaxed)
    if (!(snapped > value)) return value
    point.set(relaxed)
    return snapped
  }

  /** Climbs along the gradient of some parameters. */
  #follow(point: Float64Array, dimensions: readonly number[]): number {
    const scales = Float64Array.from(dimensions, (k) => this.#lengthscales[k] as number)
    const x = scales.map((scale, m) => (point[dimensions[m] as number] as number) / scale)
    const place = (at: Float64Array) => {
      for (let m = 0; m < scales.length; m++)
        point[dimensions[m] as number] = Math.min((at[m] as number) * (scales[m] as number), 1)
    }
    const loss = (at: Float64Array, gradient: Float64Array) => {
      place(at)
      const value = this.#acquisition.evaluate(point, this.#gradient)
      for (let m = 0; m < scales.length; m++)
        gradient[m] = -(scales[m] as number) * (this.#gradient[dimensions[m] as number] as number)
      return -value
    }
    const value = lbfgs(loss, x, {
      lower: new Float64Array(x.length),
      upper: scales.map((scale) => 1 / scale),
      gradientTolerance: GRADIENT_TOLERANCE,
      valueTolerance: LEAST_GAIN,
      steps: STEPS,
    })
    place(x)
    return -value
  }

  /** Moves one parameter to the best level or choice that is found. */
  #improve(point: Float64Array, k: number, value: number): number {
    const few = this.#few.get(k)
    return few === undefined ? this.#stride(point, k, value) : this.#tryAll(point, k, few, value)
  }

  #tryAll(point: Float64Array, k: number, coordinates: readonly number[], value: number): number {
    let best = value
    for (const coordinate of coordinates) best = this.#try(point, k, coordinate, best)
    return best
  }

  /** Steps to better levels, first by long steps, then by ever shorter ones down to the next level. */
  #stride(point: Float64Array, k: number, value: number): number {
    const levels = this.#space.levels[k] as number
    let best = value
    for (let step = floorPowerOfTwo(levels / 2); step >= 1; step /= 2) {
      for (const way of [-step, step]) {
        const level = this.#space.level(k, point[k] as number) + way
        if (level >= 0 && level < levels) best = this.#try(point, k, this.#space.coordinate(k, level), best)
      }
    }
    return best
  }

  /** Moves there if that is better. @returns the better value */
  #try(point: Float64Array, k: number, coordinate: number, value: number): number {
    if (coordinate === point[k]) return value
    this.#trial.set(point)
    this.#trial[k] = coordinate
    const there = this.#acquisition.evaluate(this.#trial)
    if (!(there > value)) return value
    point[k] = coordinate
    return there
  }
}

function floorPowerOfTwo(x: number): number {
  let power = 1
  while (2 * power <= x) power *= 2
  return power
}
