import type { RoadGraph } from '../graph/road-graph.ts'

/** Roads are longer than the way as the crow flies along a grid. */
const DETOUR = 1.15
/** How far people like to go: P(z'|z) falls with (1 + d / NEAR)^-2. In metres. */
const NEAR = 1500
/** Time to get in, to pay and to get out, in seconds. */
const STOP_SECONDS = 60
/** No trip is shorter, in metres. */
const SHORTEST = 500

/** Trips from each zone in one hour. All matrices are by row: from zone, to zone. */
export interface TripTable {
  /** P(to | from). */
  readonly probability: Float64Array
  /** Its running sum along each row. */
  readonly cumulative: Float64Array
  /** Mean fare from each zone, in yen. */
  readonly fare: Float64Array
  /** Mean duration from each zone, in seconds. */
  readonly seconds: Float64Array
}

/** The way between two segments, in whole metres. */
export function tripMetres(graph: RoadGraph, from: number, to: number): number {
  const dx = Math.abs((graph.x[to] as number) - (graph.x[from] as number))
  const dy = Math.abs((graph.y[to] as number) - (graph.y[from] as number))
  return Math.max(SHORTEST, Math.round(DETOUR * (dx + dy)))
}

/** What a trip costs, in yen: a first distance, then for each further piece of it. */
export function fareOf(metres: number): number {
  return 500 + 100 * Math.max(0, Math.ceil((metres - 1096) / 255))
}

/** How long a trip takes, in whole seconds. */
export function tripSeconds(metres: number, speed: number): number {
  return Math.round(metres / speed) + STOP_SECONDS
}

/** @param draw how much each zone draws people. */
export function tripTable(graph: RoadGraph, draw: Float64Array, speed: number): TripTable {
  const { zones } = graph
  const middle = Array.from({ length: zones }, (_, z) =>
    Math.floor(((graph.zoneStart[z] as number) + (graph.zoneStart[z + 1] as number)) / 2),
  )
  const table: TripTable = {
    probability: new Float64Array(zones * zones),
    cumulative: new Float64Array(zones * zones),
    fare: new Float64Array(zones),
    seconds: new Float64Array(zones),
  }
  for (let from = 0; from < zones; from++) fillRow(graph, table, draw, middle, from, speed)
  return table
}

function fillRow(
  graph: RoadGraph,
  table: TripTable,
  draw: Float64Array,
  middle: readonly number[],
  from: number,
  speed: number,
): void {
  const { zones } = graph
  const isEmpty = (z: number) => graph.zoneStart[z] === graph.zoneStart[z + 1]
  if (isEmpty(from)) return
  const metres = middle.map((segment, to) =>
    isEmpty(to) ? 0 : tripMetres(graph, middle[from] as number, segment),
  )
  const weight = metres.map((m, to) => {
    const closeness = 1 + m / NEAR
    return isEmpty(to) ? 0 : (draw[to] as number) / (closeness * closeness)
  })
  const total = weight.reduce((a, b) => a + b, 0)
  let sum = 0
  for (let to = 0; to < zones; to++) {
    const p = (weight[to] as number) / total
    sum += p
    table.probability[from * zones + to] = p
    table.cumulative[from * zones + to] = sum
    table.fare[from] = (table.fare[from] as number) + p * fareOf(metres[to] as number)
    table.seconds[from] = (table.seconds[from] as number) + p * tripSeconds(metres[to] as number, speed)
  }
}
