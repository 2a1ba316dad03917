/**
 * Bayesian optimisation with Gaussian processes: model each objective and constraint; take the point from which the
 * largest improvement is to be expected.
 *
 * Sources: D. R. Jones, M. Schonlau, W. J. Welch, "Efficient Global Optimization of Expensive Black-Box Functions",
 * Journal of Global Optimization 13, 1998; kernel, priors and startup as in Optuna 5; each part names its own. Unlike
 * there, objectives are warped first: after 100 trials of Rosenbrock's function in five dimensions the best value is
 * about 30 instead of 200 above the minimum, and on none of seven others was it clearly worse.
 *
 * Tried and left out: a bend of each coordinate fitted with the kernel (HEBO's input warping). With its usual prior the
 * distance to the minimum after 100 trials grew on seven of eight functions, tenfold on Rosenbrock's; with a prior so
 * tight that it hardly bends it was no better. And improvement on the best mean instead of the best value: no better on
 * eight functions, with noise or without.
 */
import { readOptions } from '../../options/read-options.ts'
import { randomSource } from '../../random/index.ts'
import { randomSampler } from '../random/random-sampler.ts'
import type { Decision, Sampler, SuggestRequest } from '../sampler.ts'
import { type GpOptions, gpOptions, type ResolvedGpOptions } from './gp-options.ts'
import { KernelCache } from './kernel-cache.ts'
import { type Model, modelOf } from './model.ts'
import { joined, observationsOf, pendingPoints } from './observations.ts'
import { search } from './search.ts'
import { type Points, UnitSpace } from './unit-space.ts'
import { acquisitionOf, incumbents } from './worth.ts'

/** Bayesian optimisation with Gaussian processes. @throws TuneError INVALID_ARGUMENT: an option out of range */
export function gp(options: GpOptions = {}): Sampler {
  const resolved = readOptions('gp', gpOptions, options)
  const cache = new KernelCache()
  return {
    name: 'gp',
    options: { ...resolved },
    threaded: true,
    suggest: (request) => ({ params: choose(request, resolved, cache) }),
  }
}

function choose(
  request: SuggestRequest,
  { startupTrials, candidates, localSearches }: ResolvedGpOptions,
  cache: KernelCache,
): Decision['params'] {
  const space = new UnitSpace(request.space)
  const observations = observationsOf(request, space)
  const { count } = observations.points
  if (count === 0 || count + request.pending.length < startupTrials)
    return randomSampler().suggest(request).params
  const stream = randomSource(request.seed).stream(request.number, `gp:${space.names.join(',')}`)
  const pending = pendingPoints(request, space)
  const model = modelOf({ space, observations, pending, cache })
  const point = search({
    space,
    acquisition: acquisitionOf(model, observations),
    lengthscales: meanLengthscales(model, space.dimension),
    known: joined(observations.points, pending),
    starts: incumbents(model, observations)
      .slice(-localSearches)
      .map((row) => startAt(observations.points, row, space)),
    candidates,
    localSearches,
    stream,
  })
  return space.params(point)
}

function meanLengthscales({ objectives }: Model, dimension: number): Float64Array {
  return new Float64Array(dimension).map((_, k) =>
    objectives.reduce(
      (sum, { kernel }) =>
        sum + 1 / Math.sqrt(kernel.inverseSquaredLengthscales[k] as number) / objectives.length,
      0,
    ),
  )
}

/** The point of the space nearest to an observed one, which a range that has changed since may not hold. */
function startAt({ coordinates }: Points, row: number, space: UnitSpace): Float64Array {
  const first = row * space.dimension
  return coordinates
    .slice(first, first + space.dimension)
    .map((coordinate, k) => space.encode(k, space.decode(k, coordinate)))
}
