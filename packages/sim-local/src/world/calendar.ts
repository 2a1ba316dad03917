/** Seconds of a slot: forecasts and values change from slot to slot. */
export const SLOT_SECONDS = 900
export const SLOTS = 96

/** A part of the day, in local hours; tuned by itself since demand differs. */
export type Frame = 'all-day' | '06-10' | '11-15' | '17-21' | '20-24'

/** First and last hour of each frame. */
const HOURS: Readonly<Record<Frame, readonly [number, number]>> = {
  'all-day': [0, 24],
  '06-10': [6, 10],
  '11-15': [11, 15],
  '17-21': [17, 21],
  '20-24': [20, 24],
}

export const FRAMES = Object.keys(HOURS) as readonly Frame[]

/** When a frame begins and ends, in seconds of the day. */
export function frameSeconds(frame: Frame): readonly [number, number] {
  const [from, to] = HOURS[frame]
  return [from * 3600, to * 3600]
}

/** The working days on which people live as on a weekend. */
const HOLIDAYS: ReadonlySet<number> = new Set([63, 64, 65, 98, 133, 150, 168, 189])

/** Whether a day is on a weekend, or a holiday. Day 0 is a Monday. */
export function isDayOff(day: number): boolean {
  return day % 7 >= 5 || HOLIDAYS.has(day)
}
