import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { dexp } from '../numeric/exp-log.ts'
import { SLOTS } from './calendar.ts'
import { seasonOf } from './seasons.ts'
import type { World } from './world.ts'

/** How one day differs from the ordinary day. */
export interface DayEffects {
  readonly rain: boolean
  /** What demand is multiplied by, at `zone * SLOTS + slot`. */
  readonly demand: Float64Array
  /** What background supply is multiplied by, likewise. */
  readonly supply: Float64Array
}

/** The whole city's good and bad days: standard deviation of the log of demand. */
const CITY_SPREAD = 0.08
const RAIN_DEMAND = 1.3
/** A zone's ups and downs in a day: an AR(1) of the log with this memory from slot to slot, and this spread. */
const MEMORY = 0.9
const DEMAND_SPREAD = 0.35
const SUPPLY_SPREAD = 0.25
/** √(1 - MEMORY²), which keeps the spread what it is. */
const INNOVATION = 0.4358898943540674

/** What happens on a day. The mean of each factor is 1, rain and seasons apart. */
export function dayEffects(world: World, day: number): DayEffects {
  const { zones } = world.graph
  const random = new AddressRandom(world.seed, PURPOSE.dayEffect).at(day, 0)
  const season = seasonOf(day)
  const rain = random.uniform() < season.rain
  const city = season.demand * dexp(CITY_SPREAD * random.normal()) * (rain ? RAIN_DEMAND : 1)
  return {
    rain,
    demand: wave(world, PURPOSE.zoneDemand, day, zones, DEMAND_SPREAD, city),
    supply: wave(world, PURPOSE.zoneSupply, day, zones, SUPPLY_SPREAD, 1),
  }
}

function wave(
  world: World,
  purpose: number,
  day: number,
  zones: number,
  spread: number,
  level: number,
): Float64Array {
  const random = new AddressRandom(world.seed, purpose)
  const factors = new Float64Array(zones * SLOTS)
  const mean = dexp((spread * spread) / 2)
  for (let zone = 0; zone < zones; zone++) {
    random.at(day, zone)
    let state = random.normal()
    for (let slot = 0; slot < SLOTS; slot++) {
      factors[zone * SLOTS + slot] = (level * dexp(spread * state)) / mean
      state = MEMORY * state + INNOVATION * random.normal()
    }
  }
  return factors
}
