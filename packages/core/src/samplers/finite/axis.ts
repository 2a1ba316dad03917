import {
  cardinality,
  type Distribution,
  nearestValue,
  type ParamValue,
  toInternal,
} from '../../space/index.ts'

/** How far off its grid a value may lie, in steps, and still be that value: as in the distributions. */
const GRID_TOLERANCE = 1e-8

/** Finitely many values of one parameter, numbered from 0. */
export interface Axis {
  readonly name: string
  readonly count: number
  /** The internal value of that number. */
  valueAt(index: number): number
  /** The number of an internal value; -1 for a value that is none of these. */
  indexOf(internal: number): number
}

/** All values of a distribution. @param distribution one without a continuous range. */
export function everyValue(name: string, distribution: Distribution): Axis {
  const count = cardinality(distribution)
  const { low, step } =
    distribution.kind === 'categorical'
      ? { low: 0, step: 1 }
      : { low: distribution.low, step: distribution.step ?? 1 }
  return {
    name,
    count,
    valueAt: (index) => nearestValue(distribution, low + index * step),
    indexOf: (internal) => {
      const steps = (internal - low) / step
      const index = Math.round(steps)
      return index >= 0 && index < count && Math.abs(steps - index) < GRID_TOLERANCE ? index : -1
    },
  }
}

/**
 * Some values of a distribution, each once.
 * @throws TuneError INVALID_PARAMS: a value that is not in the distribution
 */
export function someValues(name: string, distribution: Distribution, values: readonly ParamValue[]): Axis {
  const internals = [...new Set(values.map((value) => toInternal(distribution, value, name)))]
  const indices = new Map(internals.map((internal, index) => [internal, index]))
  return {
    name,
    count: internals.length,
    valueAt: (index) => internals[index] as number,
    indexOf: (internal) => indices.get(internal) ?? -1,
  }
}
