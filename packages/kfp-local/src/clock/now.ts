import type { Timestamp } from '@tune/kfp/api'

/** This moment, as the API writes it: to the millisecond, in UTC. */
export function timestamp(date: Date = new Date()): Timestamp {
  return date.toISOString()
}

/** The moment after so many seconds from now. */
export function inSeconds(seconds: number): Date {
  return new Date(Date.now() + 1000 * seconds)
}
