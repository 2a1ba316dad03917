import { z } from 'zod'

const text = z.string().min(1)
/** Without a format in the schema, so that editors take `${NAME}`. */
const url = z
  .string()
  .refine(
    (given) => /^https?:\/\/[^/]/.test(given) && URL.canParse(given),
    'a URL, as https://example.org/path',
  )

/** How a tuning can end. */
export const OUTCOMES = ['success', 'failure', 'cancellation'] as const

/** Who is told how a tuning ended, and where. */
export const notify = z.strictObject({
  on: z
    .array(z.enum(OUTCOMES))
    .nonempty()
    .default([...OUTCOMES])
    .describe('Which ends are told. Default: all.'),
  slack: z
    .union(
      [
        z.strictObject({ webhook: url.describe("An incoming webhook, as '${SLACK_WEBHOOK}'.") }),
        z.strictObject({
          token: text.describe("The token of a bot that may write, as '${SLACK_TOKEN}'."),
          channel: text.describe('Where it writes: the id of a channel, or #name.'),
          api: url.default('https://slack.com/api').describe('Where the API of Slack is.'),
        }),
      ],
      { error: 'webhook, or token and channel' },
    )
    .optional()
    .describe('A message in Slack.'),
  webhook: z
    .strictObject({
      url: url.describe("Where to, as '${WEBHOOK_URL}'."),
      headers: z.record(text, z.string()).default({}).describe('Headers of the request.'),
    })
    .optional()
    .describe('A POST of the message as JSON.'),
  command: z
    .array(text)
    .nonempty()
    .optional()
    .describe(
      'A program with its arguments, run in the folder of the file: it gets the message as JSON in standard input, and its text in TUNE_MESSAGE.',
    ),
})

export type NotifyConfig = z.output<typeof notify>
