import { z } from 'zod'
import { paramValue, whole } from '../../options/rules.ts'

const values = { error: 'a list of at least one value' }

/** The settings of grid search. */
export const gridOptions = z.strictObject({
  values: z
    .record(z.string(), z.array(paramValue, values).min(1, values).readonly())
    .default({})
    .describe(
      'The values of a parameter by its name. Default: every value of the distribution, and of a continuous range `resolution` ones.',
    ),
  resolution: whole(2)
    .default(10)
    .describe(
      'How many values a continuous range has on the grid, from its lower to its upper bound; evenly spaced, on the log scale for log ranges.',
    ),
})

/** Settings of grid search: see `gridOptions`. */
export type GridOptions = Readonly<z.input<typeof gridOptions>>

/** Settings of grid search with their defaults in place. */
export type ResolvedGridOptions = Readonly<z.output<typeof gridOptions>>
