import { z } from 'zod'
import { whole } from '../../options/rules.ts'

/** The settings of TPE. The defaults are those of Optuna 5. */
export const tpeOptions = z.strictObject({
  startupTrials: whole(0)
    .default(10)
    .describe('How many trials must be complete or pruned before TPE replaces random choice.'),
  candidates: whole(1).default(24).describe('How many candidates are drawn for each choice.'),
  multivariate: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Whether parameters are modelled together. Null: yes with one direction, no with several.'),
  constantLiar: z
    .boolean()
    .default(true)
    .describe('Whether running trials count as bad ones, so that parallel trials keep apart.'),
})

/** Settings of TPE: see `tpeOptions`. */
export type TpeOptions = Readonly<z.input<typeof tpeOptions>>

/** Settings of TPE with their defaults in place. */
export type ResolvedTpeOptions = Readonly<z.output<typeof tpeOptions>>
