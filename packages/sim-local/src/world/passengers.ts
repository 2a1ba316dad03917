import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { isDayOff, SLOT_SECONDS, SLOTS } from './calendar.ts'
import { fareOf, tripMetres, tripSeconds } from './trips.ts'
import type { DayEffects } from './weather.ts'
import type { World } from './world.ts'

/** How long people wait at least and at most before they give up, in seconds. */
export const PATIENCE: readonly [number, number] = [180, 900]

/**
 * All who want a taxi on one day, by segment and then by time. Who waits is there from `open` up to `close`, when a
 * background taxi takes them or they give up; a guided driver who comes before serves them instead.
 */
export interface Passengers {
  readonly count: number
  /** Those of segment i are from `start[i]` up to `start[i + 1]`. */
  readonly start: Int32Array
  /** Seconds of the day. */
  readonly open: Int32Array
  readonly close: Int32Array
  /** 1 where a background taxi ends the wait, 0 where patience does. */
  readonly isServed: Uint8Array
  /** Segment where the trip ends. */
  readonly destination: Int32Array
  /** Yen. */
  readonly fare: Int32Array
  /** Duration of the trip in seconds. */
  readonly seconds: Int32Array
}

interface Passenger {
  readonly open: number
  readonly close: number
  readonly isServed: boolean
  readonly destination: number
  readonly fare: number
  readonly seconds: number
}

/** How many appear on each segment in a slot: what can be counted afterwards. Written to `out`. */
export function countPassengers(
  world: World,
  day: number,
  slot: number,
  rates: Float64Array,
  effects: DayEffects,
  out: Int32Array,
): void {
  const random = new AddressRandom(world.seed, PURPOSE.passengers)
  for (let i = 0; i < world.graph.segments; i++) {
    out[i] = random.at(day, i * SLOTS + slot).poisson(slotMean(world, slot, rates, effects, i))
  }
}

function slotMean(
  { graph }: World,
  slot: number,
  rates: Float64Array,
  effects: DayEffects,
  i: number,
): number {
  return (
    SLOT_SECONDS * (rates[i] as number) * (effects.demand[(graph.zone[i] as number) * SLOTS + slot] as number)
  )
}

/** Everyone of a day. */
export function passengersOf(world: World, day: number, effects: DayEffects): Passengers {
  const { segments } = world.graph
  const random = new AddressRandom(world.seed, PURPOSE.passengers)
  const demand = new Float64Array(segments)
  const supply = new Float64Array(segments)
  const bySegment: Passenger[][] = Array.from({ length: segments }, () => [])
  for (let slot = 0; slot < SLOTS; slot++) {
    const hour = Math.floor(slot / 4)
    world.demandRates(hour, isDayOff(day), demand)
    world.supplyRates(hour, supply)
    for (let i = 0; i < segments; i++) {
      const count = random.at(day, i * SLOTS + slot).poisson(slotMean(world, slot, demand, effects, i))
      const passing =
        (supply[i] as number) * (effects.supply[(world.graph.zone[i] as number) * SLOTS + slot] as number)
      for (let k = 0; k < count; k++) bySegment[i]?.push(passenger(world, random, i, slot, passing))
    }
  }
  return columnsOf(bySegment)
}

function passenger(
  world: World,
  random: AddressRandom,
  from: number,
  slot: number,
  passing: number,
): Passenger {
  const { graph } = world
  const hour = Math.floor(slot / 4)
  const open = slot * SLOT_SECONDS + random.below(SLOT_SECONDS)
  const [least, most] = PATIENCE
  const patience = least + random.below(most - least + 1)
  const taxi = Math.ceil(random.exponential(passing))
  const { cumulative } = world.trips(hour)
  const row = (graph.zone[from] as number) * graph.zones
  const u = random.uniform()
  let zone = 0
  while (zone < graph.zones - 1 && u >= (cumulative[row + zone] as number)) zone++
  while (graph.zoneStart[zone] === graph.zoneStart[zone + 1]) zone--
  const first = graph.zoneStart[zone] as number
  const destination = first + random.below((graph.zoneStart[zone + 1] as number) - first)
  const metres = tripMetres(graph, from, destination)
  return {
    open,
    close: open + Math.min(patience, taxi),
    isServed: taxi < patience,
    destination,
    fare: fareOf(metres),
    seconds: tripSeconds(metres, world.tripSpeed(hour)),
  }
}

function columnsOf(bySegment: readonly Passenger[][]): Passengers {
  const count = bySegment.reduce((sum, list) => sum + list.length, 0)
  const start = new Int32Array(bySegment.length + 1)
  const column = () => new Int32Array(count)
  const all = { open: column(), close: column(), destination: column(), fare: column(), seconds: column() }
  const isServed = new Uint8Array(count)
  let row = 0
  for (const [i, list] of bySegment.entries()) {
    // The order of appearance is the order of the draws where two appear in one second.
    for (const person of list.toSorted((a, b) => a.open - b.open)) {
      all.open[row] = person.open
      all.close[row] = person.close
      all.destination[row] = person.destination
      all.fare[row] = person.fare
      all.seconds[row] = person.seconds
      isServed[row++] = Number(person.isServed)
    }
    start[i + 1] = row
  }
  return { count, start, isServed, ...all }
}
