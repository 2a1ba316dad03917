import type { Document } from 'yaml'
import { isZone, localClock, localDate } from '../schedule/cron.ts'

/** The variables that a file has for a moment, in the zone of its schedule. */
export const DATE_VARIABLES = ['date', 'time']

/** What they are. @param at in milliseconds since 1970 */
export function dateVariables(document: Document, at: number): Readonly<Record<string, string>> {
  const written = document.getIn(['schedule', 'zone'])
  const zone = typeof written === 'string' && isZone(written) ? written : 'UTC'
  return { date: localDate(at, zone), time: localClock(at, zone) }
}
