import { z } from 'zod'

/** The settings of quasi-random sampling. */
export const qmcOptions = z.strictObject({
  sequence: z
    .enum(['sobol', 'halton'])
    .default('sobol')
    .describe('Which sequence. `sobol` is most even after 2, 4, 8, 16, … trials.'),
  scramble: z
    .boolean()
    .default(true)
    .describe(
      "Whether the points are scrambled by the study's seed. Without it every study gets the same points, the first of them the corner of all lower bounds, and parameters that a trial suggests one by one move together.",
    ),
})

/** Settings of quasi-random sampling: see `qmcOptions`. */
export type QmcOptions = Readonly<z.input<typeof qmcOptions>>
