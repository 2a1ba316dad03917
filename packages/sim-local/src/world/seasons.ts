import { ORDINARY_DAYS } from './periods.ts'

/** What the time of the year does to a day. */
export interface Season {
  /** What demand is multiplied by. */
  readonly demand: number
  /** How likely rain is. */
  readonly rain: number
}

const RAIN = 0.25
const ORDINARY: Season = { demand: 1, rain: RAIN }

/** In how many days demand goes up, down and back. */
const CYCLE = 182
/** How much more people want to go by taxi at the height of the season, and less at its end. */
const SWING = 0.12
/** The rainy season: when it is, and how likely rain is then. */
const RAINY = { first: 91, last: 132, rain: 0.45 } as const

/**
 * The season of a day. The first days have none: they are what they were before there were seasons.
 *
 * Demand goes up and down by two parabolas, which are as smooth as a sine needs to be here.
 */
export function seasonOf(day: number): Season {
  if (day < ORDINARY_DAYS) return ORDINARY
  const phase = (day - ORDINARY_DAYS) / CYCLE
  const wave = phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase)
  const isRainy = day >= RAINY.first && day <= RAINY.last
  return { demand: 1 + SWING * wave, rain: isRainy ? RAINY.rain : RAIN }
}
