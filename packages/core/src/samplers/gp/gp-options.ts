import { z } from 'zod'
import { whole } from '../../options/rules.ts'

/** The settings of the Gaussian process sampler. Optuna's 2048 candidates and 10 searches found nothing better on eight functions. */
export const gpOptions = z.strictObject({
  startupTrials: whole(0)
    .default(10)
    .describe('How many trials must be complete or running before the model replaces random choice.'),
  candidates: whole(1)
    .default(256)
    .describe('Among how many spread out points the search for the best begins.'),
  localSearches: whole(1).default(5).describe('From how many of them a local search climbs.'),
})

/** Settings of the Gaussian process sampler: see `gpOptions`. */
export type GpOptions = Readonly<z.input<typeof gpOptions>>

/** Settings of the Gaussian process sampler with their defaults in place. */
export type ResolvedGpOptions = Readonly<z.output<typeof gpOptions>>
