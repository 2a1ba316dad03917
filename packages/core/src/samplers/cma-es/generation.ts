import type { Coordinate } from './coordinates.ts'
import { type Evolution, evolve, type Solution, startAt } from './evolution.ts'
import { withMargin } from './margin.ts'
import type { Strategy } from './strategy.ts'

/** One way from a start to convergence. */
export interface Run {
  /** 0 for the first one. */
  readonly index: number
  readonly strategy: Strategy
  /** σ at its start. */
  readonly sigma: number
  /** Whether its population is a small one, as that of the first run is. */
  readonly isSmall: boolean
  /** How often the population was doubled so far. */
  readonly doublings: number
  /** How many trials the runs before it took, by the size of their populations. */
  readonly spent: { readonly small: number; readonly large: number }
}

/** Where the samples of one generation come from. Nothing of it changes. */
export interface Generation {
  readonly run: Run
  readonly evolution: Evolution
  /** The diagonal of A; 1 for a continuous parameter. See {@link withMargin}. */
  readonly scales: Float64Array
  /** The lowest and the highest loss of each of the last generations, the newest last. */
  readonly losses: readonly (readonly [number, number])[]
}

/** How many generations without a change of the losses mean convergence: Hansen's tutorial, appendix B.3. */
export function generationsToWatch({ dimensions, populationSize }: Strategy): number {
  return 10 + Math.ceil((30 * dimensions) / populationSize)
}

/** The first generation of a run. */
export function firstGeneration(run: Run, mean: Float64Array, covariance?: Float64Array): Generation {
  const evolution = startAt(mean, run.sigma, covariance)
  return { run, evolution, scales: new Float64Array(mean.length).fill(1), losses: [] }
}

/**
 * The next generation of a run.
 *
 * @param solutions as many as the population has, the best first.
 * @param losses the lowest and the highest loss among them.
 */
export function nextGeneration(
  { run, evolution, scales, losses: earlier }: Generation,
  coordinates: readonly Coordinate[],
  solutions: readonly Solution[],
  losses: readonly [number, number],
): Generation {
  const { strategy } = run
  const evolved = evolve(evolution, strategy, solutions)
  const { dimensions: n, populationSize } = strategy
  const deviations = deviationsOf(evolved)
  const moved = withMargin({ mean: evolved.mean, scales }, deviations, coordinates, 1 / (n * populationSize))
  return {
    run,
    evolution: { ...evolved, mean: moved.mean },
    scales: moved.scales,
    losses: [...earlier, losses].slice(-generationsToWatch(strategy)),
  }
}

/** σ √C_jj: how widely each coordinate is sampled. */
export function deviationsOf({ mean, sigma, covariance }: Evolution): Float64Array {
  const n = mean.length
  return mean.map((_, j) => sigma * Math.sqrt(covariance[j * n + j] as number))
}
