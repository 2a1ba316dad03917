import { whole } from '@tune/core'
import { z } from 'zod'
import { isCron, isZone } from './cron.ts'

const zone = z.string().refine(isZone, 'a time zone, as Asia/Tokyo')

/** When the tuner is started again and again, and what changes from one time to the next. */
export const schedule = z.strictObject({
  cron: z
    .string()
    .refine(isCron, "five fields, as '0 3 * * 1' for Mondays at three")
    .describe('When: minute, hour, day of the month, month, day of the week.'),
  zone: zone.default('UTC').describe('Whose clocks the times are of, with summer time: Asia/Tokyo.'),
  serverZone: zone
    .default('UTC')
    .describe(
      "The zone of the server's own clock for such times, which it does not tell: its CRON_SCHEDULE_TIMEZONE.",
    ),
  instances: z
    .union(
      [
        z.strictObject({ last: whole(1).describe('How many days before the date: { last: 7 }.') }),
        z.strictObject({
          command: z
            .array(z.string().min(1))
            .nonempty()
            .describe('A program that prints their names, a line each; TUNE_DATE has the date.'),
        }),
      ],
      { error: '{ last: 7 }, or { command: [program, …] }' },
    )
    .optional()
    .describe('The instances of each time, in the place of those of the file. Default: the same every time.'),
})

export type ScheduleConfig = z.output<typeof schedule>
