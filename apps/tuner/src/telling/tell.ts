import type { StudyConfig } from '../config/study-config.ts'
import type { Message } from './message.ts'
import type { NotifyConfig } from './notify-config.ts'
import { post, reach } from './post.ts'
import { checkProgram, toCommand } from './run-command.ts'
import { checkSlack, toSlack } from './slack.ts'

/** One of the ways in which somebody is told. */
interface Channel {
  /** Its key in the file. */
  readonly name: 'slack' | 'webhook' | 'command'
  /** @throws Error it was not sent, with a message that keeps no secret */
  readonly send: (message: Message) => Promise<void>
  /**
   * Looks whether it can be sent, and says on one line how it is.
   * @throws Error it cannot, with a message that keeps no secret
   */
  readonly check: () => Promise<string>
}

/** Which channels were told already, and keeps those that are told now: so that each is told once. */
export interface Told {
  has(channel: string): boolean
  add(channel: string): Promise<void>
}

/**
 * Tells everybody that a file names how a tuning ended. What cannot be sent fails nothing.
 *
 * @param warn is given a line for each channel that could not be told.
 */
export async function tell(
  { notify, folderOfFile }: Pick<StudyConfig, 'notify' | 'folderOfFile'>,
  message: Message,
  warn: (line: string) => void,
  told?: Told,
): Promise<void> {
  if (notify === undefined || !notify.on.includes(message.outcome)) return
  const untold = [...channelsOf(notify, folderOfFile)].filter(({ name }) => told?.has(name) !== true)
  await Promise.all(
    untold.map(async ({ name, send }) => {
      try {
        await send(message)
        await told?.add(name)
      } catch (error) {
        warn(`notify.${name}: the message was not sent: ${(error as Error).message}`)
      }
    }),
  )
}

/** The ways that a file names. @param folder of the file */
export function* channelsOf({ slack, webhook, command }: NotifyConfig, folder: string): Generator<Channel> {
  if (slack !== undefined)
    yield { name: 'slack', send: (message) => toSlack(slack, message), check: () => checkSlack(slack) }
  if (webhook !== undefined)
    yield {
      name: 'webhook',
      send: async (message) => void (await post(webhook.url, message, webhook.headers)),
      check: () => reach(webhook.url, webhook.headers),
    }
  if (command !== undefined)
    yield {
      name: 'command',
      send: (message) => toCommand(command, message, folder),
      check: async () => checkProgram(command, folder),
    }
}
