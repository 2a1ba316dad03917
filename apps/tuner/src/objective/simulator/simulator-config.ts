import { whole } from '@tune/core'
import { FRAMES, INPUTS, SIZES, WEEKS } from '@tune/sim-local'
import { z } from 'zod'

const count = whole(1)

/** What a file says of the built-in simulator. */
export const simulator = z
  .strictObject({
    area: z.enum(['yokohama', 'downtown', 'suburb']).describe('Which city is driven in.'),
    size: z.enum(SIZES).default('m').describe('How large it is: 8, 24 or 80 crossings along each side.'),
    frame: z.enum(FRAMES).default('all-day').describe('Which hours of the day.'),
    inputs: z
      .enum(INPUTS)
      .default('predicted')
      .describe('Forecasts that follow the day, or averages of past days.'),
    week: z.enum(WEEKS).default('train').describe('The seven days that a trial is evaluated on.'),
    guidedDrivers: count.optional().describe('How many drivers are guided. Default: 4, 30 or 300 by size.'),
    seed: whole(0).default(1).describe('The first replication: where drivers start, and their chance.'),
    replications: count.default(1).describe('How many replications a value is the mean of.'),
    workers: count.optional().describe('Threads that simulate days. Default: one for each processor.'),
  })
  .describe(
    'The built-in simulator: a value iterator guides taxi drivers; the value is profit per driver-hour, in yen.',
  )

/** A narrower range for a parameter of the simulator. */
export const range = z.strictObject({
  low: z.number().describe('The smallest value.'),
  high: z.number().describe('The largest value.'),
})
