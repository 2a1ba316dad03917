import type { Study } from '@tune/core'
import type { StudyConfig } from '../config/study-config.ts'
import { warn } from '../text/output.ts'
import type { Ending } from './ending.ts'
import { type Message, messageOf } from './message.ts'
import { tell } from './tell.ts'

/** Tells those whom a file names how a tuning ended that ran in this process. */
export async function tellEnd(config: StudyConfig, ending: Ending, study: Study | undefined): Promise<void> {
  if (config.notify === undefined) return
  await tell(config, await composed(config.study, ending, study), warn)
}

/** A message without the state of the study, where its storage cannot be read. */
export async function composed(
  name: string,
  ending: Ending,
  study: Study | undefined,
  tuner?: string,
): Promise<Message> {
  return messageOf(name, ending, study, tuner).catch(() => messageOf(name, ending, undefined, tuner))
}
