import { stripVTControlCharacters } from 'node:util'
import type { Logger } from 'pino'

/** What programs that read a log want to know of a line. */
export type Fields = Readonly<Record<string, unknown>>

/** What lines of a log are called by who collects them: by Google Cloud as `severity`, by most others as `level`. */
const SEVERITIES: Readonly<Record<string, string>> = { info: 'INFO', warn: 'WARNING', error: 'ERROR' }

/**
 * A log whose lines are JSON: time, level, message, and what else is known.
 *
 * @param out is given lines of level info, `err` those of warn and error.
 */
export async function jsonLog(out: (line: string) => void, err: (line: string) => void): Promise<Logger> {
  const { multistream, pino, stdTimeFunctions } = await import('pino')
  return pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level, severity: SEVERITIES[level] }) },
    },
    multistream(
      [
        { level: 'info', stream: { write: out } },
        { level: 'warn', stream: { write: err } },
      ],
      { dedupe: true },
    ),
  )
}

/** Text for a terminal as one line of a log. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).trim()
}
