import { gridCity } from '../graph/grid-city.ts'
import { type RoadGraph } from '../graph/road-graph.ts'
import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { dexp } from '../numeric/exp-log.ts'
import { AREAS, ARRIVALS, type AreaTraits, DEPARTURES, FLEET, KINDS, TRIP_SPEED } from './area.ts'
import { isDayOff } from './calendar.ts'
import { type TripTable, tripTable } from './trips.ts'

/** A city to drive in. */
export type Area = 'yokohama' | 'downtown' | 'suburb'

/** How large: 8, 24 or 80 crossings along each side. */
export type Size = 'xs' | 'm' | 'l'

const SIDES: Readonly<Record<Size, readonly [crossings: number, zones: number]>> = {
  xs: [8, 4],
  m: [24, 8],
  l: [80, 16],
}

export const SIZES = Object.keys(SIDES) as readonly Size[]

/** How uneven segments of one street are: the standard deviation of the log of their attraction. */
const ATTRACTION_SPREAD = 0.7
const ARTERIAL_DEMAND = 1.6
const ARTERIAL_SUPPLY = 2
/** How wide a hotspot reaches, in metres. */
const HOTSPOT_REACH = 450
/** Demand everywhere, relative to the middle of a hotspot of strength 1. */
const BACKGROUND = 0.04

/** A city: its roads, and what its people do on an ordinary day. */
export interface World {
  readonly area: Area
  readonly size: Size
  readonly seed: number
  readonly graph: RoadGraph
  /** Passengers a second that appear on each segment in an hour of a day of that kind, on average; written to `out`. */
  demandRates(hour: number, weekend: boolean, out: Float64Array): void
  /** Vacant background taxis a second that pass each segment in that hour, on average; written to `out`. */
  supplyRates(hour: number, out: Float64Array): void
  /** Where trips go from each zone in an hour, and what they bring. */
  trips(hour: number): TripTable
  /** How fast trips are in an hour, in metres a second. */
  tripSpeed(hour: number): number
}

/** Makes the world of an area: always the same one. */
export function createWorld(area: Area, size: Size): World {
  const traits = AREAS[area]
  const [crossings, zones] = SIDES[size]
  const graph = gridCity(crossings, zones, traits.seed)
  const pull = hotspotPull(graph, traits, crossings)
  const attraction = attractionOf(graph, traits.seed)
  const scale = demandScale(graph, pull, attraction, traits)
  const supply = supplyShape(graph, pull, traits)
  const tables = new Map<number, TripTable>()
  return {
    area,
    size,
    seed: traits.seed,
    graph,
    demandRates: (hour, weekend, out) => {
      const profile = DEPARTURES.map((kind) => kind[weekend ? 1 : 0][hour] as number)
      for (let i = 0; i < graph.segments; i++) {
        out[i] = scale * (attraction[i] as number) * (BACKGROUND + weighted(pull, profile, i))
      }
    },
    supplyRates: (hour, out) => {
      for (let i = 0; i < graph.segments; i++) out[i] = (supply[i] as number) * (FLEET[hour] as number)
    },
    trips: (hour) => {
      const known = tables.get(hour)
      if (known !== undefined) return known
      const profile = ARRIVALS.map((kind) => kind[hour] as number)
      const draw = new Float64Array(graph.zones)
      for (let i = 0; i < graph.segments; i++) {
        const zone = graph.zone[i] as number
        draw[zone] = (draw[zone] as number) + BACKGROUND + weighted(pull, profile, i)
      }
      const table = tripTable(graph, draw, TRIP_SPEED[hour] as number)
      tables.set(hour, table)
      return table
    },
    tripSpeed: (hour) => TRIP_SPEED[hour] as number,
  }
}

function weighted(pull: readonly Float64Array[], profile: readonly number[], i: number): number {
  let sum = 0
  for (let kind = 0; kind < pull.length; kind++)
    sum += (profile[kind] as number) * ((pull[kind] as Float64Array)[i] as number)
  return sum
}

/** How much each kind of hotspot is felt at each segment: (1 + d²/σ²)^-2 summed over the hotspots of the kind. */
function hotspotPull(graph: RoadGraph, traits: AreaTraits, crossings: number): readonly Float64Array[] {
  const random = new AddressRandom(traits.seed, PURPOSE.hotspot)
  const copies = Math.max(1, Math.round((crossings * crossings) / (24 * 24)))
  return KINDS.map((_, kind) => {
    const pull = new Float64Array(graph.segments)
    const count = (traits.hotspots[kind] as number) * copies
    for (let h = 0; h < count; h++) {
      random.at(kind, h)
      const [hx, hy] = [random.below(graph.extent), random.below(graph.extent)]
      for (let i = 0; i < graph.segments; i++) {
        const dx = (graph.x[i] as number) - hx
        const dy = (graph.y[i] as number) - hy
        const closeness = 1 + (dx * dx + dy * dy) / (HOTSPOT_REACH * HOTSPOT_REACH)
        pull[i] = (pull[i] as number) + (traits.strength[kind] as number) / (closeness * closeness)
      }
    }
    return pull
  })
}

function attractionOf(graph: RoadGraph, seed: number): Float64Array {
  const random = new AddressRandom(seed, PURPOSE.attraction)
  const attraction = new Float64Array(graph.segments)
  for (let i = 0; i < graph.segments; i++) {
    const spread = dexp(ATTRACTION_SPREAD * random.at(0, i).normal())
    attraction[i] = spread * (graph.isArterial[i] === 1 ? ARTERIAL_DEMAND : 1)
  }
  return attraction
}

/** What makes the mean of a week the area's number of passengers. */
function demandScale(
  graph: RoadGraph,
  pull: readonly Float64Array[],
  attraction: Float64Array,
  traits: AreaTraits,
): number {
  let sum = 0
  for (let day = 0; day < 7; day++) {
    for (let hour = 0; hour < 24; hour++) {
      const profile = DEPARTURES.map((kind) => kind[isDayOff(day) ? 1 : 0][hour] as number)
      for (let i = 0; i < graph.segments; i++) {
        sum += 3600 * (attraction[i] as number) * (BACKGROUND + weighted(pull, profile, i))
      }
    }
  }
  return (7 * graph.segments * traits.passengers) / sum
}

/** Background taxis are where passengers are, but less unevenly, and on arterial streets. */
function supplyShape(graph: RoadGraph, pull: readonly Float64Array[], traits: AreaTraits): Float64Array {
  const shape = new Float64Array(graph.segments)
  let sum = 0
  for (let i = 0; i < graph.segments; i++) {
    const near = weighted(pull, [1, 1, 1, 1], i)
    shape[i] = (0.3 + near / (0.5 + near)) * (graph.isArterial[i] === 1 ? ARTERIAL_SUPPLY : 1)
    sum += shape[i] as number
  }
  return shape.map((s) => (s * graph.segments * traits.passes) / (3600 * sum))
}
