/**
 * CMA-ES: samples from a normal distribution, moves it towards the better half of each generation, and learns from
 * where the good ones lay in which directions to go on how far.
 *
 * Sources: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772; for integers and steps R. Hamano et
 * al., arXiv:2205.13482; for trials that come from elsewhere N. Hansen, arXiv:1110.4181; for a start from a similar task
 * M. Nomura et al., arXiv:2012.06932. Bounds and defaults as in Optuna 5, where there are such.
 */
import { HistoryFold } from '../../history/index.ts'
import { readOptions } from '../../options/read-options.ts'
import { randomSource } from '../../random/index.ts'
import { uniformValue } from '../random/uniform-value.ts'
import type { Sampler, SuggestRequest } from '../sampler.ts'
import { type CmaEsOptions, cmaEsOptions, type ResolvedCmaEsOptions } from './cma-es-options.ts'
import { coordinatesOf } from './coordinates.ts'
import { sampledPlace, valuesAt } from './place.ts'
import { Replay } from './replay.ts'
import { Setup } from './setup.ts'

/**
 * CMA-ES for the numerical parameters of a study with one direction. Choices are drawn at random, and so is everything
 * in a study with several directions, where nothing says which of two trials is better.
 *
 * @throws TuneError INVALID_ARGUMENT: an option out of range
 */
export function cmaEs(options: CmaEsOptions = {}): Sampler {
  const resolved = readOptions('cmaEs', cmaEsOptions, options)
  const replays = new HistoryFold<Replay>()
  return {
    name: 'cmaEs',
    options: { ...resolved },
    threaded: false,
    suggest: (request) => {
      const { seed, number, space, directions } = request
      const source = randomSource(seed)
      const params: Record<string, number> = {}
      for (const [name, distribution] of Object.entries(space))
        params[name] = uniformValue(distribution, source.stream(number, name))
      if (directions.length === 1) Object.assign(params, choose(request, resolved, replays))
      return { params }
    },
  }
}

function choose(
  request: SuggestRequest,
  options: ResolvedCmaEsOptions,
  replays: HistoryFold<Replay>,
): Record<string, number> {
  const { seed, number, space, directions, history } = request
  const coordinates = coordinatesOf(space)
  if (coordinates.length === 0) return {}
  const setup = new Setup(request, coordinates, options)
  const replay = replays.of(
    JSON.stringify([seed, directions, coordinates.map(({ name }) => [name, space[name]])]),
    history,
    () => new Replay(setup),
    (kept, row) => kept.add(history, row),
  )
  const generation = replay.newest(history)
  const values = valuesAt(setup, generation, sampledPlace(setup, generation, number))
  return Object.fromEntries(coordinates.map(({ name }, d) => [name, values[d] as number]))
}
