import { TuneError } from '../../errors/tune-error.ts'
import type { ParamValue } from '../../space/index.ts'

/** A trial of a similar task, to start from what was learnt there. */
export interface SourceTrial {
  /** Its parameters, as an objective sees them. */
  readonly params: Readonly<Record<string, ParamValue>>
  /** Its value, with the direction of this study. */
  readonly value: number
}

/** Settings of CMA-ES. */
export interface CmaEsOptions {
  /** λ: how many trials make a generation. Default: 4 + ⌊3 ln n⌋ for n numerical parameters. */
  readonly populationSize?: number | null
  /** Where the search starts: values by parameter name. Default: the middle of each range, on its scale. */
  readonly initialMean?: Readonly<Record<string, number>>
  /** How wide the search starts: a standard deviation as a part of each range. Default: 1/6. */
  readonly initialSigma?: number
  /**
   * What follows where a run has converged: another run from a random mean, with a population twice as large (`ipop`),
   * or in turn with such a one and with small ones (`bipop`); or nothing else than more of the same (`none`).
   * Default: `bipop`.
   */
  readonly restart?: 'none' | 'ipop' | 'bipop'
  /**
   * Trials of a similar task. The best tenth of those that have all numerical parameters give the first mean and
   * covariance. Excludes `initialMean` and `initialSigma`. Default: none.
   */
  readonly sourceTrials?: readonly SourceTrial[] | null
}

/** @throws TuneError INVALID_ARGUMENT */
export function resolveCmaEsOptions(options: CmaEsOptions): Required<CmaEsOptions> {
  const { populationSize = null, initialMean = {}, initialSigma = 1 / 6 } = options
  const { restart = 'bipop', sourceTrials = null } = options
  if (populationSize !== null && !(Number.isSafeInteger(populationSize) && populationSize >= 2))
    throw invalid('populationSize', 'be a whole number of at least 2', populationSize)
  if (!(initialSigma > 0 && Number.isFinite(initialSigma)))
    throw invalid('initialSigma', 'be a positive number', initialSigma)
  if (!['none', 'ipop', 'bipop'].includes(restart))
    throw invalid('restart', "be 'none', 'ipop' or 'bipop'", restart)
  for (const [name, value] of Object.entries(initialMean))
    if (!Number.isFinite(value)) throw invalid(`initialMean.${name}`, 'be a number', value)
  if (sourceTrials !== null) checkSource(options, sourceTrials)
  return { populationSize, initialMean, initialSigma, restart, sourceTrials }
}

function checkSource(options: CmaEsOptions, sourceTrials: readonly SourceTrial[]): void {
  if (sourceTrials.length === 0) throw invalid('sourceTrials', 'hold at least one trial', sourceTrials)
  if (options.initialMean !== undefined || options.initialSigma !== undefined)
    throw invalid('sourceTrials', 'stand without initialMean and initialSigma', sourceTrials)
}

function invalid(name: string, rule: string, value: unknown): TuneError {
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return new TuneError('INVALID_ARGUMENT', `cmaEs: ${name} must ${rule}, but is ${shown}`, { [name]: value })
}
