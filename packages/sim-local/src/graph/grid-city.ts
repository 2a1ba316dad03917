import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { integerRoot } from '../numeric/integer-root.ts'
import { DEGREE, type RoadGraph } from './road-graph.ts'
import { largestComponent } from './strongly-connected.ts'

/** Distance between crossings, and how far each is moved from its place, in metres. */
const PITCH = 140
const JITTER = 25
/** Every so many-th street is an arterial one: faster, two-way, with crossings that cost time. */
const ARTERIAL_EVERY = 5
/** Metres a second. */
const ARTERIAL_SPEED = 7.5
const LOCAL_SPEED = 4.6
const ARTERIAL_CROSSING_SECONDS = 6
const MISSING = 0.06
const ONE_WAY = 0.35

/** A directed road between two crossings, before the city is cut to what is connected. */
interface Road {
  readonly from: number
  readonly to: number
  readonly isArterial: boolean
}

/**
 * A city on a jittered grid.
 *
 * @param side crossings along each side.
 * @param zoneSide zones along each side.
 */
export function gridCity(side: number, zoneSide: number, seed: number): RoadGraph {
  const [x, y] = crossings(side, seed)
  const roads = roadsOf(side, seed)
  const successors = successorsOf(roads)
  const extent = side * PITCH
  const zoneOf = (road: number) => {
    const { from, to } = roads[road] as Road
    const cell = (a: number, b: number) =>
      Math.min(Math.max(Math.floor((((a + b) / 2 + PITCH / 2) * zoneSide) / extent), 0), zoneSide - 1)
    return cell(x[from] as number, x[to] as number) + zoneSide * cell(y[from] as number, y[to] as number)
  }
  const kept = largestComponent(successors).toSorted((a, b) => zoneOf(a) - zoneOf(b) || a - b)
  const place = new Map(kept.map((road, i) => [road, i]))
  const graph = blankGraph(kept.length, zoneSide * zoneSide, extent)
  for (const [i, road] of kept.entries()) {
    const { from, to, isArterial } = roads[road] as Road
    const dx = (x[to] as number) - (x[from] as number)
    const dy = (y[to] as number) - (y[from] as number)
    const length = integerRoot(dx * dx + dy * dy)
    graph.length[i] = length
    graph.isArterial[i] = Number(isArterial)
    graph.seconds[i] = isArterial
      ? Math.ceil(length / ARTERIAL_SPEED) + ARTERIAL_CROSSING_SECONDS
      : Math.ceil(length / LOCAL_SPEED)
    graph.x[i] = Math.round(((x[from] as number) + (x[to] as number)) / 2)
    graph.y[i] = Math.round(((y[from] as number) + (y[to] as number)) / 2)
    graph.zone[i] = zoneOf(road)
    const next = (successors[road] as number[]).flatMap((s) => place.get(s) ?? [])
    graph.degree[i] = next.length
    for (let k = 0; k < DEGREE; k++) graph.successors[DEGREE * i + k] = next[k] ?? (next[0] as number)
  }
  for (const zone of graph.zone) graph.zoneStart[zone + 1] = (graph.zoneStart[zone + 1] as number) + 1
  for (let z = 0; z < graph.zones; z++) {
    graph.zoneStart[z + 1] = (graph.zoneStart[z + 1] as number) + (graph.zoneStart[z] as number)
  }
  return graph
}

function blankGraph(segments: number, zones: number, extent: number): RoadGraph {
  return {
    segments,
    zones,
    extent,
    length: new Int32Array(segments),
    seconds: new Int32Array(segments),
    isArterial: new Uint8Array(segments),
    x: new Int32Array(segments),
    y: new Int32Array(segments),
    zone: new Int32Array(segments),
    successors: new Int32Array(DEGREE * segments),
    degree: new Uint8Array(segments),
    zoneStart: new Int32Array(zones + 1),
  }
}

function crossings(side: number, seed: number): readonly [Int32Array, Int32Array] {
  const random = new AddressRandom(seed, PURPOSE.position)
  const x = new Int32Array(side * side)
  const y = new Int32Array(side * side)
  for (let i = 0; i < side * side; i++) {
    random.at(0, i)
    x[i] = (i % side) * PITCH + random.below(2 * JITTER + 1) - JITTER
    y[i] = Math.floor(i / side) * PITCH + random.below(2 * JITTER + 1) - JITTER
  }
  return [x, y]
}

function roadsOf(side: number, seed: number): readonly Road[] {
  const missing = new AddressRandom(seed, PURPOSE.missing)
  const oneWay = new AddressRandom(seed, PURPOSE.oneWay)
  const roads: Road[] = []
  const connect = (from: number, to: number, line: number) => {
    const link = from * 2 + Number(to === from + 1)
    const isArterial = line % ARTERIAL_EVERY === 0
    if (!isArterial && missing.at(0, link).uniform() < MISSING) return
    const isOneWay = !isArterial && oneWay.at(0, link).uniform() < ONE_WAY
    const isForward = oneWay.uniform() < 0.5
    if (!isOneWay || isForward) roads.push({ from, to, isArterial })
    if (!isOneWay || !isForward) roads.push({ from: to, to: from, isArterial })
  }
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const here = row * side + column
      if (column + 1 < side) connect(here, here + 1, row)
      if (row + 1 < side) connect(here, here + side, column)
    }
  }
  return roads
}

/** Where each road leads on to; back only where there is no other way. */
function successorsOf(roads: readonly Road[]): number[][] {
  const leaving = Map.groupBy(roads.keys(), (road) => (roads[road] as Road).from)
  return roads.map(({ from, to }) => {
    const all = leaving.get(to) ?? []
    const onward = all.filter((next) => (roads[next] as Road).to !== from)
    return onward.length > 0 ? onward : all
  })
}
