import { DEGREE, type RoadGraph } from '../src/graph/road-graph.ts'
import type { ValueModel } from '../src/value-iteration/value-model.ts'

/** A graph of one zone from lists of successors; each segment takes `seconds`. */
export function tinyGraph(successors: readonly (readonly number[])[], seconds = 30): RoadGraph {
  const segments = successors.length
  const graph: RoadGraph = {
    segments,
    zones: 1,
    extent: 1000,
    length: new Int32Array(segments).fill(140),
    seconds: new Int32Array(segments).fill(seconds),
    isArterial: new Uint8Array(segments),
    x: new Int32Array(segments),
    y: new Int32Array(segments),
    zone: new Int32Array(segments),
    successors: new Int32Array(DEGREE * segments),
    degree: Uint8Array.from(successors, ({ length }) => length),
    zoneStart: Int32Array.of(0, segments),
  }
  for (const [i, list] of successors.entries()) {
    for (let k = 0; k < DEGREE; k++) graph.successors[DEGREE * i + k] = (list[k] ?? list[0]) as number
  }
  return graph
}

/** What a model of one zone is made of, each the same on all segments unless a list is given. */
export interface TinyModel {
  readonly graph: RoadGraph
  readonly p: number | readonly number[]
  readonly fare: number
  /** ρ γ^T */
  readonly continuation: number
  /** c τ, in yen a segment. */
  readonly idleCost: number
  /** γ^τ */
  readonly discount: number
}

export function tinyModel({ graph, p, fare, continuation, idleCost, discount }: TinyModel): ValueModel {
  const pickup = Float64Array.from({ length: graph.segments }, (_, i) =>
    typeof p === 'number' ? p : (p[i] as number),
  )
  return {
    graph,
    pickup,
    idle: pickup.map((chance) => -(1 - chance) * idleCost),
    onward: pickup.map((chance) => (1 - chance) * discount),
    fare: Float64Array.of(fare),
    continuation: Float64Array.of(continuation),
    probability: Float64Array.of(1),
  }
}

/** A ring of so many segments. */
export function ring(segments: number): RoadGraph {
  return tinyGraph(Array.from({ length: segments }, (_, i) => [(i + 1) % segments]))
}
