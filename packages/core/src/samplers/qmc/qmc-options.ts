import { TuneError } from '../../errors/tune-error.ts'

/** Settings of quasi-random sampling. */
export interface QmcOptions {
  /** Which sequence. Default: `sobol`, which is most even after 2, 4, 8, 16, … trials. */
  readonly sequence?: 'sobol' | 'halton'
  /**
   * Whether the points are scrambled by the study's seed. Default: true. Without it every study gets the same points,
   * the first of them the corner of all lower bounds, and parameters that a trial suggests one by one move together.
   */
  readonly scramble?: boolean
}

/** @throws TuneError INVALID_ARGUMENT */
export function resolveQmcOptions({ sequence = 'sobol', scramble = true }: QmcOptions): Required<QmcOptions> {
  if (sequence === 'sobol' || sequence === 'halton') return { sequence, scramble }
  throw new TuneError(
    'INVALID_ARGUMENT',
    `qmc: sequence must be 'sobol' or 'halton', but is ${JSON.stringify(sequence)}`,
    { sequence },
  )
}
