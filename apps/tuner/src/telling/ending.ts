import { isTuneError, type RunEnd } from '@tune/core'
import type { StudyConfig } from '../config/study-config.ts'
import type { OUTCOMES } from './notify-config.ts'

/** How a tuning ended, in words that keep no secret. */
export interface Ending {
  readonly outcome: (typeof OUTCOMES)[number]
  /** The rule that ended it, the signal, or the code of the error; for programs. */
  readonly end: string
  /** The same for people: `100 trials are done`. */
  readonly reason: string
}

/** The ending of a run that ended by itself, or that somebody stopped. */
export function endingOf(
  end: RunEnd,
  signal: NodeJS.Signals | undefined,
  { trials, goal, timeout }: Pick<StudyConfig, 'trials' | 'goal' | 'timeout'>,
): Ending {
  switch (end) {
    case 'trials':
      return { outcome: 'success', end, reason: `${trials} trials are done` }
    case 'goal':
      return { outcome: 'success', end, reason: `the goal of ${goal} is reached` }
    case 'exhausted':
      return { outcome: 'success', end, reason: 'every choice was tried' }
    case 'timeout':
      return { outcome: 'success', end, reason: `its time of ${timeout} is over` }
    case 'left':
      return {
        outcome: 'failure',
        end,
        reason: 'trials of other programs are left that give no sign of life',
      }
    case 'stopped':
    case 'aborted':
      return { outcome: 'cancellation', end: signal ?? end, reason: `it was stopped${by(signal)}` }
  }
}

/** The ending of a run that an error ended. */
export function failureOf(error: unknown): Ending {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return { outcome: 'failure', end: isTuneError(error) ? error.code : 'ERROR', reason }
}

function by(signal: NodeJS.Signals | undefined): string {
  if (signal === undefined) return ''
  return signal === 'SIGINT' ? ' by Ctrl-C' : ` by ${signal}`
}
