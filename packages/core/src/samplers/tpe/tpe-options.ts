import { TuneError } from '../../errors/tune-error.ts'

/** Settings of TPE. The defaults are those of Optuna 5. */
export interface TpeOptions {
  /** How many trials must be complete or pruned before TPE replaces random choice. Default: 10. */
  readonly startupTrials?: number
  /** How many candidates are drawn for each choice. Default: 24. */
  readonly candidates?: number
  /** Whether parameters are modelled together. Default: yes with one direction, no with several. */
  readonly multivariate?: boolean | null
  /** Whether running trials count as bad ones, so that parallel trials keep apart. Default: true. */
  readonly constantLiar?: boolean
}

/** Settings of TPE with their defaults in place. */
export interface ResolvedTpeOptions {
  readonly startupTrials: number
  readonly candidates: number
  /** `null`: decided by the number of directions. */
  readonly multivariate: boolean | null
  readonly constantLiar: boolean
}

/** @throws TuneError INVALID_ARGUMENT */
export function resolveTpeOptions(options: TpeOptions): ResolvedTpeOptions {
  const { startupTrials = 10, candidates = 24, multivariate = null, constantLiar = true } = options
  assertWhole('startupTrials', startupTrials, 0)
  assertWhole('candidates', candidates, 1)
  return { startupTrials, candidates, multivariate, constantLiar }
}

function assertWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `tpe: ${name} must be a whole number of at least ${least}, but is ${value}`,
    {
      [name]: value,
    },
  )
}
