import { say } from '../text/output.ts'
import type { Message } from './message.ts'

/** Says all that there is to say of how a tuning ended: in a log, with all of it for programs in one line. */
export function logEnd({ text, study, ...known }: Message): void {
  say(text, { event: 'end', study, ...known })
}
