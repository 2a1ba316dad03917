import { whole } from '@tune/core'
import { daysOf, FRAMES, INPUTS, SIZES } from '@tune/sim-local'
import { z } from 'zod'

const count = whole(1)

function areDays(text: string): boolean {
  try {
    return daysOf(text).length > 0
  } catch {
    return false
  }
}

/** What a file says of the built-in simulator. */
export const simulator = z
  .strictObject({
    area: z.enum(['yokohama', 'downtown', 'suburb']).describe('Which city is driven in.'),
    size: z.enum(SIZES).default('m').describe('How large it is: 8, 24 or 80 crossings along each side.'),
    frame: z.enum(FRAMES).default('all-day').describe('Which hours of the day.'),
    inputs: z
      .enum([...INPUTS, 'both'])
      .default('predicted')
      .describe('Forecasts that follow the day, averages of past days, or each day with both.'),
    days: z
      .string()
      .default('train')
      .refine(areDays, 'train, confirm or holdout, or days from 28 to 193 as in 28-34')
      .describe('The days that a trial is evaluated on: train (28-34), confirm, holdout, or 28,30-33.'),
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
