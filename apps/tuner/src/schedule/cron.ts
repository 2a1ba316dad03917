import { Cron } from 'croner'

/** Times in the zone of whoever wrote them. */
export interface CronTimes {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** Such as `Asia/Tokyo`. */
  readonly zone: string
}

/** In milliseconds. */
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Enough to see every hour and every weekday of any cron line. */
const MOST_TIMES = 2000
const DAYS_AHEAD = 400

/** Whether a cron line has five fields that can be read. */
export function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    return new Cron(text, { paused: true }).nextRun() !== null
  } catch {
    return false
  }
}

/** Whether there is such a time zone. */
export function isZone(name: string): boolean {
  try {
    return localTime(0, name) !== undefined
  } catch {
    return false
  }
}

/**
 * Whether a moment is in a minute at which something is due. A time that summer time leaves out is due when the clock has
 * been put forward; one that comes twice is due once.
 *
 * @param at in milliseconds since 1970.
 */
export function isDue({ cron, zone }: CronTimes, at: number): boolean {
  const minute = Math.floor(at / MINUTE) * MINUTE
  return new Cron(cron, { timezone: zone }).nextRun(new Date(minute - 1))?.getTime() === minute
}

/** The next times after a moment, in milliseconds since 1970. */
export function nextTimes({ cron, zone }: CronTimes, after: number, count: number): readonly number[] {
  return new Cron(cron, { timezone: zone }).nextRuns(count, new Date(after)).map((date) => date.getTime())
}

/**
 * The cron line of a server, whose zone is another one, at which all times of a line come, and further ones: both
 * offsets of a zone with summer time. See {@link isDue} for those that count.
 *
 * @param now in milliseconds since 1970.
 * @returns six fields, seconds first.
 */
export function serverCron(times: CronTimes, serverZone: string, now: number): string {
  const distances = new Set<number>()
  for (let day = 0; day <= DAYS_AHEAD; day++) {
    const at = now + day * DAY
    distances.add(offsetOf(serverZone, at) - offsetOf(times.zone, at))
  }
  const [minutes, hours, weekdays] = [new Set<number>(), new Set<number>(), new Set<number>()]
  for (const at of nextTimes(times, now, MOST_TIMES)) {
    if (at > now + DAYS_AHEAD * DAY) break
    for (const distance of distances) {
      const there = new Date(at + (offsetOf(times.zone, at) + distance) * MINUTE)
      minutes.add(there.getUTCMinutes())
      hours.add(there.getUTCHours())
      weekdays.add(there.getUTCDay())
    }
  }
  return ['0', field(minutes, 60), field(hours, 24), '*', '*', field(weekdays, 7)].join(' ')
}

function field(values: ReadonlySet<number>, all: number): string {
  if (values.size === all) return '*'
  return [...values].toSorted((a, b) => a - b).join(',')
}

/** How far a zone's clocks are before those of UTC, in minutes. */
function offsetOf(zone: string, at: number): number {
  const { year, month, day, hour, minute } = localTime(at, zone)
  return Math.round(
    (Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / MINUTE) * MINUTE) / MINUTE,
  )
}

interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What clocks of a zone show. @throws RangeError no such zone */
function localTime(at: number, zone: string): LocalTime {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  formats.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return parts as unknown as LocalTime
}

/** The date of a zone, as `2026-11-26`, so many days before a moment. */
export function localDate(at: number, zone: string, daysBefore = 0): string {
  const { year, month, day } = localTime(at, zone)
  return new Date(Date.UTC(year, month - 1, day - daysBefore)).toISOString().slice(0, 10)
}

/** The time of day of a zone, as `03-30`. */
export function localClock(at: number, zone: string): string {
  const { hour, minute } = localTime(at, zone)
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join('-')
}

/** A moment as clocks of a zone show it: `2026-11-26 03:30`. @param at in ISO 8601 */
export function formatInZone(at: string, zone: string): string {
  const moment = Date.parse(at)
  return `${localDate(moment, zone)} ${localClock(moment, zone).replace('-', ':')}`
}
