import type { Area } from './world.ts'

/** What draws people: the four kinds of places, in the order of the profiles below. */
export const KINDS = ['station', 'nightlife', 'office', 'residential'] as const

/** What makes an area what it is. */
export interface AreaTraits {
  readonly seed: number
  /** How many hotspots of each kind, on a city of size `m`. */
  readonly hotspots: readonly [number, number, number, number]
  /** How strongly each kind draws. */
  readonly strength: readonly [number, number, number, number]
  /** Passengers a segment and day, on average. */
  readonly passengers: number
  /** Vacant background taxis that pass a segment in an hour, on average. */
  readonly passes: number
}

export const AREAS: Readonly<Record<Area, AreaTraits>> = {
  yokohama: { seed: 101, hotspots: [2, 2, 2, 4], strength: [1.4, 1, 1, 0.5], passengers: 6, passes: 8 },
  downtown: { seed: 202, hotspots: [3, 4, 4, 1], strength: [1, 1.5, 1.2, 0.3], passengers: 9, passes: 13 },
  suburb: { seed: 303, hotspots: [1, 1, 1, 6], strength: [1.8, 0.5, 0.6, 0.8], passengers: 3, passes: 3.5 },
}

type Profile = readonly number[]

/** How much each kind gives off people, by hour, on working days and on weekends. */
export const DEPARTURES: readonly (readonly [Profile, Profile])[] = [
  [
    [2, 1, 0.5, 0.3, 0.5, 2, 5, 8, 9, 7, 5, 5, 5, 5, 5, 5, 6, 8, 9, 8, 7, 7, 6, 4],
    [3, 2, 1, 0.5, 0.5, 1, 2, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 6, 6, 5, 4],
  ],
  [
    [9, 8, 6, 4, 2, 0.5, 0.3, 0.3, 0.3, 0.5, 0.8, 1, 1.5, 1, 1, 1, 1.5, 2, 4, 6, 8, 10, 11, 11],
    [12, 11, 9, 6, 3, 1, 0.5, 0.3, 0.3, 0.5, 1, 1.5, 2, 2, 2, 2, 2, 3, 5, 7, 9, 11, 12, 12],
  ],
  [
    [0.5, 0.3, 0.2, 0.1, 0.1, 0.2, 0.5, 1, 3, 5, 6, 6, 6, 6, 6, 6, 6, 8, 8, 7, 5, 4, 2.5, 1.5],
    [0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.5, 0.4, 0.3],
  ],
  [
    [0.5, 0.3, 0.2, 0.2, 0.5, 2, 6, 9, 8, 5, 4, 3, 3, 3, 3, 3, 3, 3, 3, 2.5, 2, 1.5, 1, 0.8],
    [0.5, 0.3, 0.2, 0.2, 0.3, 0.5, 1.5, 3, 4, 5, 5, 5, 4.5, 4, 4, 4, 4, 4, 3.5, 3, 2, 1.5, 1, 0.8],
  ],
]

/** How much each kind draws people, by hour, whatever the day. */
export const ARRIVALS: readonly Profile[] = [
  [2, 1, 1, 1, 2, 5, 8, 9, 8, 6, 5, 5, 5, 5, 5, 6, 7, 8, 8, 8, 7, 6, 5, 4],
  [2, 1, 1, 0.5, 0.3, 0.3, 0.3, 0.3, 0.5, 0.5, 1, 2, 3, 2, 2, 2, 3, 5, 8, 9, 9, 7, 5, 3],
  [0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 2, 6, 9, 8, 6, 5, 5, 6, 6, 5, 4, 3, 2, 1.5, 1, 0.6, 0.4, 0.3],
  [9, 9, 7, 5, 3, 2, 1.5, 1.5, 1.5, 1.5, 2, 2, 2.5, 2.5, 2.5, 3, 4, 6, 8, 8, 8, 9, 10, 10],
]

/** Vacant background taxis on the road, by hour, relative to their mean. */
export const FLEET: Profile = [
  0.9, 0.8, 0.6, 0.5, 0.4, 0.5, 0.8, 1, 1.1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1,
  1.1, 1,
]

/** How fast an occupied taxi gets on, by hour, in metres a second. */
export const TRIP_SPEED: Profile = [
  8, 8, 8, 8, 8, 7.5, 6.5, 5.5, 5, 5.5, 6, 6, 6, 6, 6, 6, 5.5, 5, 5, 5.5, 6, 6.5, 7, 7.5,
]
