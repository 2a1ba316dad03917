/**
 * When a run of CMA-ES has converged, and what the next one is.
 *
 * Sources: N. Hansen, arXiv:1604.00772, appendix B.3 (termination); A. Auger, N. Hansen, "A Restart CMA Evolution
 * Strategy With Increasing Population Size", CEC 2005 (IPOP); N. Hansen, "Benchmarking a BI-Population CMA-ES on the
 * BBOB-2009 Function Testbed", GECCO 2009 (BIPOP).
 */
import type { RandomStream } from '../../random/index.ts'
import { deviationsOf, firstGeneration, type Generation, generationsToWatch } from './generation.ts'
import { defaultPopulationSize, strategyFor } from './strategy.ts'

/** Losses that differ by less are the same. */
const LOSS_TOLERANCE = 1e-12
/** A distribution that is narrower than this part of its start has converged. */
const WIDTH_TOLERANCE = 1e-12
/** A distribution that is so many times wider than at its start diverges. */
const MOST_GROWTH = 1e4
/** No inverse is to be had of a matrix of this condition. */
const MOST_CONDITION = 1e14

/** Whether a run is at its end: nothing that it could still find out is worth a trial. */
export function isConverged({ run, evolution, losses }: Generation): boolean {
  const { mean, sigma, axes, pathC } = evolution
  const deviations = deviationsOf(evolution)
  const isNarrow = (width: number) => width < WIDTH_TOLERANCE * run.sigma
  const [shortest, longest] = [Math.min(...axes), Math.max(...axes)]
  const lowest = Math.min(...losses.map(([low]) => low))
  const highest = Math.max(...losses.map(([, high]) => high))
  return (
    (losses.length >= generationsToWatch(run.strategy) && highest - lowest < LOSS_TOLERANCE) ||
    deviations.every((width, j) => isNarrow(width) && isNarrow(sigma * Math.abs(pathC[j] as number))) ||
    sigma * longest > MOST_GROWTH * run.sigma ||
    mean.some((m, j) => m === m + 0.2 * (deviations[j] as number)) ||
    (longest / shortest) ** 2 > MOST_CONDITION
  )
}

/** The first generation of the run after a converged one. @param sigma σ at the start of a large run. */
export function restarted(
  { run, evolution }: Generation,
  kind: 'ipop' | 'bipop',
  populationSize: number | null,
  sigma: number,
  stream: RandomStream,
): Generation {
  const { dimensions, populationSize: last } = run.strategy
  const usual = populationSize ?? defaultPopulationSize(dimensions)
  const taken = last * evolution.generation
  const spent = {
    small: run.spent.small + (run.isSmall ? taken : 0),
    large: run.spent.large + (run.isSmall ? 0 : taken),
  }
  const mean = Float64Array.from({ length: dimensions }, () => stream.uniform())
  // The first run counts as a small one, so that the second is the first large one.
  const isSmall = kind === 'bipop' && spent.small < spent.large
  const doublings = run.doublings + (isSmall ? 0 : 1)
  const large = usual * 2 ** doublings
  const next = { index: run.index + 1, isSmall, doublings, spent }
  if (!isSmall) return firstGeneration({ ...next, strategy: strategyFor(dimensions, large), sigma }, mean)
  const size = Math.floor(usual * (large / 2 / usual) ** (stream.uniform() ** 2))
  const narrower = sigma * 10 ** (-2 * stream.uniform())
  return firstGeneration({ ...next, strategy: strategyFor(dimensions, size), sigma: narrower }, mean)
}
