import { z } from 'zod'
import { paramValue, positive, whole } from '../../options/rules.ts'

const sourceTrial = z
  .strictObject({
    params: z.record(z.string(), paramValue).describe('Its parameters, as an objective sees them.'),
    value: z.number().describe('Its value, with the direction of this study.'),
  })
  .readonly()

/** A trial of a similar task, to start from what was learnt there. */
export type SourceTrial = z.output<typeof sourceTrial>

const source = { error: 'a list of at least one trial, with its params and its value' }

/** The settings of CMA-ES. */
export const cmaEsOptions = z
  .strictObject({
    populationSize: whole(2)
      .nullable()
      .default(null)
      .describe('λ: how many trials make a generation. Null: 4 + ⌊3 ln n⌋ for n numerical parameters.'),
    initialMean: z
      .record(z.string(), z.number())
      .optional()
      .describe(
        'Where the search starts: values by parameter name. Default: the middle of each range, on its scale.',
      ),
    initialSigma: positive()
      .optional()
      .describe('How wide the search starts: a standard deviation as a part of each range. Default: 1/6.'),
    restart: z
      .enum(['none', 'ipop', 'bipop'])
      .default('bipop')
      .describe(
        'What follows where a run has converged: another run from a random mean, with a population twice as large (`ipop`), or in turn with such a one and with small ones (`bipop`); or nothing else than more of the same (`none`).',
      ),
    sourceTrials: z
      .array(sourceTrial)
      .min(1, source)
      .readonly()
      .nullable()
      .default(null)
      .describe(
        'Trials of a similar task. The best tenth of those that have all numerical parameters give the first mean and covariance. Excludes `initialMean` and `initialSigma`.',
      ),
  })
  .superRefine(({ sourceTrials, initialMean, initialSigma }, context) => {
    if (sourceTrials === null || (initialMean === undefined && initialSigma === undefined)) return
    context.addIssue({
      code: 'custom',
      path: ['sourceTrials'],
      message: 'without initialMean and initialSigma',
    })
  })

/** Settings of CMA-ES: see `cmaEsOptions`. */
export type CmaEsOptions = Readonly<z.input<typeof cmaEsOptions>>

/** Settings of CMA-ES with their defaults in place. */
export type ResolvedCmaEsOptions = Readonly<z.output<typeof cmaEsOptions>>
