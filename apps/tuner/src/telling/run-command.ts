import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isProgram } from '../objective/command/check-command.ts'
import type { Message } from './message.ts'
import { NotSent } from './post.ts'

/** How long it may take, in milliseconds. */
const LIMIT_MS = 120_000

/** Looks whether a program is there. @throws NotSent */
export function checkProgram([program = '']: readonly string[], folder: string): string {
  if (!isProgram(program, folder)) throw new NotSent(`there is no program '${program}' that can be executed`)
  return `${program} can be executed`
}

/** Gives a message to a program. @throws NotSent it cannot be started, failed, or did not end */
export async function toCommand(
  [program = '', ...args]: readonly string[],
  message: Message,
  folder: string,
): Promise<void> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, TUNE_OUTCOME: message.outcome, TUNE_MESSAGE: message.text },
    stdio: ['pipe', 'inherit', 'inherit'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  // A program that does not read is none that failed.
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify(message))
  const [code, signal] = (await once(child, 'close').catch((error: unknown) => {
    throw new NotSent(`it cannot be run (${(error as NodeJS.ErrnoException).code})`)
  })) as [number | null, NodeJS.Signals | null]
  if (code !== 0) throw new NotSent(`it ended with ${code === null ? signal : `exit code ${code}`}`)
}
