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

/** Which seven days: to tune on, to check on, and to report on. Each knows only the days before it. */
export type Week = 'train' | 'holdout' | 'final'

const FIRST_DAY: Readonly<Record<Week, number>> = { train: 28, holdout: 35, final: 42 }

export const WEEKS = Object.keys(FIRST_DAY) as readonly Week[]

/** The first day of a week. */
export function firstDay(week: Week): number {
  return FIRST_DAY[week]
}

/** The seven days of a week. */
export function daysOf(week: Week): readonly number[] {
  return Array.from({ length: 7 }, (_, i) => firstDay(week) + i)
}

/** Day 0 is a Monday. */
export function isWeekend(day: number): boolean {
  return day % 7 >= 5
}
