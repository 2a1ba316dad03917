import type { Message } from './message.ts'
import type { NotifyConfig } from './notify-config.ts'
import { NotSent, post, reach } from './post.ts'

const MARKS = { success: ':white_check_mark:', failure: ':x:', cancellation: ':no_entry_sign:' } as const

/** Writes a message in Slack. @throws NotSent */
export async function toSlack(
  slack: NonNullable<NotifyConfig['slack']>,
  { text, outcome }: Message,
): Promise<void> {
  const [title = '', ...lines] = escaped(text).split('\n')
  const shown = [`${MARKS[outcome]} *${title}*`, ...lines].join('\n')
  if ('webhook' in slack) return void (await post(slack.webhook, { text: shown }))
  const { channel } = slack
  await call(slack, 'chat.postMessage', { channel, text: shown, unfurl_links: false })
}

/** Looks whether Slack can be reached, and knows the bot. @throws NotSent */
export async function checkSlack(slack: NonNullable<NotifyConfig['slack']>): Promise<string> {
  if ('webhook' in slack) return reach(slack.webhook)
  const { user, team } = await call(slack, 'auth.test', {})
  return `Slack knows the bot ${String(user)} of ${String(team)}; only a message would show whether it may write to ${slack.channel}`
}

async function call(
  { api, token }: Extract<NonNullable<NotifyConfig['slack']>, { readonly token: string }>,
  method: string,
  json: object,
): Promise<Readonly<Record<string, unknown>>> {
  const url = `${api.replace(/\/+$/, '')}/${method}`
  const answer = ((await post(url, json, { authorization: `Bearer ${token}` })) ?? {}) as Readonly<
    Record<string, unknown>
  >
  const { ok, error } = answer
  if (ok !== true) throw new NotSent(`Slack says: ${typeof error === 'string' ? error : 'no'}`)
  return answer
}

/** The three characters that mean something to Slack. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
