import type { Message } from './message.ts'
import type { NotifyConfig } from './notify-config.ts'
import { NotSent, post } from './post.ts'

const MARKS = { success: ':white_check_mark:', failure: ':x:', cancellation: ':no_entry_sign:' } as const

/** Writes a message in Slack. @throws NotSent */
export async function toSlack(
  slack: NonNullable<NotifyConfig['slack']>,
  { text, outcome }: Message,
): Promise<void> {
  const [title = '', ...lines] = escaped(text).split('\n')
  const shown = [`${MARKS[outcome]} *${title}*`, ...lines].join('\n')
  if ('webhook' in slack) return void (await post(slack.webhook, { text: shown }))
  const { api, token, channel } = slack
  const answer = await post(
    `${api.replace(/\/+$/, '')}/chat.postMessage`,
    { channel, text: shown, unfurl_links: false },
    { authorization: `Bearer ${token}` },
  )
  const { ok, error } = (answer ?? {}) as { readonly ok?: unknown; readonly error?: unknown }
  if (ok !== true) throw new NotSent(`Slack says: ${typeof error === 'string' ? error : 'no'}`)
}

/** The three characters that mean something to Slack. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
