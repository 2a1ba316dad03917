import { TuneError } from '../../errors/tune-error.ts'
import { type RandomSource, randomSource } from '../../random/index.ts'
import { type Distribution, type ParamValue, toInternal } from '../../space/index.ts'
import type { Direction } from '../../study/direction.ts'
import type { SuggestRequest } from '../sampler.ts'
import type { ResolvedCmaEsOptions, SourceTrial } from './cma-es-options.ts'
import type { Coordinate } from './coordinates.ts'
import { firstGeneration, type Generation } from './generation.ts'
import { restarted } from './restart.ts'
import { defaultPopulationSize, strategyFor } from './strategy.ts'
import { warmStart } from './warm-start.ts'

/** How wide a search starts unless told otherwise: a standard deviation as a part of each range. */
const DEFAULT_SIGMA = 1 / 6

/** All that one search is determined by, but the trials. */
export class Setup {
  readonly coordinates: readonly Coordinate[]
  readonly direction: Direction
  readonly source: RandomSource
  /** What its random numbers are for. */
  readonly purpose: string
  readonly #space: SuggestRequest['space']
  readonly #options: ResolvedCmaEsOptions

  /** @param coordinates at least one. */
  constructor(
    { seed, space, directions }: Pick<SuggestRequest, 'seed' | 'space' | 'directions'>,
    coordinates: readonly Coordinate[],
    options: ResolvedCmaEsOptions,
  ) {
    this.coordinates = coordinates
    this.direction = directions[0] as Direction
    this.source = randomSource(seed)
    this.purpose = `cmaEs:${coordinates.map(({ name }) => name).join()}`
    this.#space = space
    this.#options = options
  }

  /**
   * The first generation of all.
   * @throws TuneError INVALID_ARGUMENT, INVALID_PARAMS: an initial mean or source trials that do not fit
   */
  first(): Generation {
    const { populationSize, initialMean = {}, initialSigma = DEFAULT_SIGMA, sourceTrials } = this.#options
    const dimensions = this.coordinates.length
    const strategy = strategyFor(dimensions, populationSize ?? defaultPopulationSize(dimensions))
    const run = { index: 0, strategy, isSmall: true, doublings: 0, spent: { small: 0, large: 0 } }
    if (sourceTrials !== null) {
      const { mean, sigma, covariance } = warmStart(this.#known(sourceTrials))
      return firstGeneration({ ...run, sigma }, mean, covariance)
    }
    const mean = this.coordinates.map((coordinate) => {
      const given = Object.hasOwn(initialMean, coordinate.name) ? initialMean[coordinate.name] : undefined
      return given === undefined ? 0.5 : this.#place(coordinate, given)
    })
    return firstGeneration({ ...run, sigma: initialSigma }, Float64Array.from(mean))
  }

  /** What follows a converged run; `undefined` where nothing does. */
  restarted(generation: Generation): Generation | undefined {
    const { restart, populationSize, initialSigma = DEFAULT_SIGMA } = this.#options
    if (restart === 'none') return undefined
    const stream = this.source.stream(generation.run.index, `${this.purpose}:restart`)
    return restarted(generation, restart, populationSize, initialSigma, stream)
  }

  /** The places of the source's trials that have all coordinates, the best first. */
  #known(sourceTrials: readonly SourceTrial[]): Float64Array[] {
    const sign = this.direction === 'minimize' ? 1 : -1
    const names = this.coordinates.map(({ name }) => name)
    const known = sourceTrials.filter(({ params }) => names.every((name) => Object.hasOwn(params, name)))
    if (known.length === 0) {
      throw new TuneError(
        'INVALID_ARGUMENT',
        `cmaEs: sourceTrials must hold a trial with all numerical parameters (${names.join(', ')}), but none of ${sourceTrials.length} has them`,
        { names },
      )
    }
    return known
      .toSorted((a, b) => sign * (a.value - b.value))
      .map(({ params }) =>
        Float64Array.from(this.coordinates, (coordinate) =>
          this.#place(coordinate, params[coordinate.name] ?? null),
        ),
      )
  }

  /** Where a value as an objective sees it lies in the unit cube. @throws TuneError INVALID_PARAMS */
  #place(coordinate: Coordinate, value: ParamValue): number {
    const { name } = coordinate
    return coordinate.toUnit(toInternal(this.#space[name] as Distribution, value, name))
  }
}
