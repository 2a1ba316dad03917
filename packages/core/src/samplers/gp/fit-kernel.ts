/**
 * The kernel that best explains what was observed: the maximum of likelihood times prior, by L-BFGS.
 *
 * It begins at the kernel fitted to every second observation, that one at the kernel of every fourth, and so on down
 * to a few, whose search begins at 1 for every parameter. Few steps over all observations, where each costs n³, are
 * left; and the start needs no memory of earlier fits.
 */
import { lbfgs } from '../../numeric/lbfgs.ts'
import { kernelOf, MarginalLikelihood } from './marginal-likelihood.ts'
import { type KernelParameters } from './matern.ts'
import type { Points } from './unit-space.ts'

/** No part is smaller. */
const FEW = 32
/** More observations are thinned out: their kernel is known well enough. */
const MANY = 600
/** The search stays in this range, well within which the prior holds all but the noise, which may all but vanish. */
const LOWEST = -20
const HIGHEST = 12
/** Optuna's: a tighter search only follows rounding. */
const GRADIENT_TOLERANCE = 1e-2
/** Where a step gains no more, in log likelihood, the search over a part ends; its end is only a start. */
const PART_TOLERANCE = 1e-4
/** The same over all, which begins near the end. A difference of 1 would hardly matter. */
const TOLERANCE = 1e-2
const STEPS = 200

/**
 * @param targets one standardised value for each point.
 * @param known the variance of each that is known beforehand. Default: none.
 */
export function fitKernel(
  points: Points,
  isCategorical: Uint8Array,
  targets: Float64Array,
  known?: Float64Array,
): KernelParameters {
  const tolerance = points.count > 2 * FEW ? TOLERANCE : PART_TOLERANCE
  return kernelOf(fitTheta({ points, isCategorical, targets, known }, tolerance))
}

interface Observed {
  readonly points: Points
  readonly isCategorical: Uint8Array
  readonly targets: Float64Array
  readonly known: Float64Array | undefined
}

function fitTheta(observed: Observed, valueTolerance: number): Float64Array {
  const { points, isCategorical, targets, known } = observed
  const dimension = isCategorical.length
  const theta =
    points.count > 2 * FEW ? fitTheta(half(observed), PART_TOLERANCE) : new Float64Array(dimension + 2)
  if (points.count > MANY) return theta
  const likelihood = new MarginalLikelihood(points, isCategorical, targets, known)
  lbfgs((at, gradient) => likelihood.loss(at, gradient), theta, {
    lower: new Float64Array(theta.length).fill(LOWEST),
    upper: new Float64Array(theta.length).fill(HIGHEST),
    gradientTolerance: GRADIENT_TOLERANCE,
    valueTolerance,
    steps: STEPS,
  })
  return theta
}

function half({ points, isCategorical, targets, known }: Observed): Observed {
  return {
    points: everySecond(points, isCategorical.length),
    isCategorical,
    targets: everySecondValue(targets),
    known: known && everySecondValue(known),
  }
}

/** The last point and every second one before it, since the newest lie where the search is. */
function everySecond({ coordinates, count }: Points, dimension: number): Points {
  const kept = new Float64Array(Math.ceil(count / 2) * dimension)
  for (let i = (count - 1) % 2, at = 0; i < count; i += 2, at += dimension)
    kept.set(coordinates.subarray(i * dimension, (i + 1) * dimension), at)
  return { coordinates: kept, count: Math.ceil(count / 2) }
}

function everySecondValue(values: Float64Array): Float64Array {
  const first = (values.length - 1) % 2
  return values.filter((_, i) => i % 2 === first)
}
