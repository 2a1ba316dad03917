import { DEGREE, type RoadGraph } from '../graph/road-graph.ts'
import { dexp } from '../numeric/exp-log.ts'
import type { ValueIteratorParameters } from '../value-iteration/parameters.ts'
import type { Values } from '../value-iteration/value-iterator.ts'
import type { ValueModel } from '../value-iteration/value-model.ts'
import { gumbel, mix } from './gumbel.ts'

/** Decides where a vacant driver turns. */
export interface Policy {
  /** A new slot begins. */
  update(model: ValueModel, values: Values): void
  /** The next segment for a driver at the end of segment `from`, at a second of the day. `noise` is a hash of who and when. */
  choose(from: number, time: number, noise: number): number
  /** A guided driver enters a segment. */
  visit(segment: number, time: number): void
}

/** Any successor, each as likely: what drivers do who know nothing. */
export function randomWalk(graph: RoadGraph): Policy {
  return {
    update: () => {},
    choose: (from, _, noise) =>
      graph.successors[
        DEGREE * from + Math.floor(((noise >>> 0) / 0x100000000) * (graph.degree[from] as number))
      ] as number,
    visit: () => {},
  }
}

/** How long a visit counts, in seconds: its weight falls linearly to 0. */
const MEMORY_SECONDS = 3600
const NEVER = -1e6

/**
 * Towards the highest value, kept apart from other guided drivers: argmax V(j) - η visits(j) + T · Gumbel. With
 * `depletion`, V(j) is computed anew with a chance of a passenger that recovers after the last visit,
 * p · (1 - exp(-Δ / recovery)), and there is no penalty.
 */
export class ValuePolicy implements Policy {
  readonly #graph: RoadGraph
  readonly #temperature: number
  readonly #penalty: number
  readonly #recovery: number | undefined
  readonly #followed: Float64Array
  readonly #idleCostPerSecond: number
  /** Visits as of `#lastVisit`, each by what is left of its weight. */
  readonly #visits: Float64Array
  readonly #lastVisit: Float64Array
  #model: ValueModel | undefined
  #values: Values | undefined

  /** @param followed γ^τ by segment. */
  constructor(graph: RoadGraph, parameters: ValueIteratorParameters, followed: Float64Array) {
    this.#graph = graph
    this.#temperature = parameters.temperature
    this.#penalty = parameters.visitPenalty
    this.#recovery = parameters.spreadMode === 'depletion' ? parameters.recoverySec : undefined
    this.#followed = followed
    this.#idleCostPerSecond = parameters.idleCostPerMin / 60
    this.#visits = new Float64Array(graph.segments)
    this.#lastVisit = new Float64Array(graph.segments).fill(NEVER)
  }

  update(model: ValueModel, values: Values): void {
    this.#model = model
    this.#values = values
  }

  choose(from: number, time: number, noise: number): number {
    const { successors, degree } = this.#graph
    const at = DEGREE * from
    const options = degree[from] as number
    let best = successors[at] as number
    if (options === 1) return best
    let most = Number.NEGATIVE_INFINITY
    for (let k = 0; k < options; k++) {
      const segment = successors[at + k] as number
      const score = this.#score(segment, time) + this.#temperature * gumbel(mix(noise, segment))
      if (score > most) {
        most = score
        best = segment
      }
    }
    return best
  }

  visit(segment: number, time: number): void {
    this.#visits[segment] = this.#recentVisits(segment, time) + 1
    this.#lastVisit[segment] = time
  }

  #score(segment: number, time: number): number {
    if (this.#recovery !== undefined) return this.#depletedValue(segment, time, this.#recovery)
    const { value } = this.#values as Values
    return (value[segment] as number) - this.#penalty * this.#recentVisits(segment, time)
  }

  #recentVisits(segment: number, time: number): number {
    const left = 1 - (time - (this.#lastVisit[segment] as number)) / MEMORY_SECONDS
    return left > 0 ? (this.#visits[segment] as number) * left : 0
  }

  #depletedValue(segment: number, time: number, recovery: number): number {
    const { successors, seconds, zone } = this.#graph
    const { value, trip } = this.#values as Values
    const elapsed = time - (this.#lastVisit[segment] as number)
    const p = ((this.#model as ValueModel).pickup[segment] as number) * (1 - dexp(-elapsed / recovery))
    let onward = Number.NEGATIVE_INFINITY
    for (let k = 0; k < DEGREE; k++) {
      const next = value[successors[DEGREE * segment + k] as number] as number
      if (next > onward) onward = next
    }
    const cruising =
      (this.#followed[segment] as number) * onward - this.#idleCostPerSecond * (seconds[segment] as number)
    return p * (trip[zone[segment] as number] as number) + (1 - p) * cruising
  }
}
