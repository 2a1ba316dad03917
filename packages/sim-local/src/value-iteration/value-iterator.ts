import { DEGREE } from '../graph/road-graph.ts'
import type { ValueModel } from './value-model.ts'

/** Values of a slot, and what they were made of. */
export interface Values {
  /** V by segment, in yen. */
  readonly value: Float64Array
  /** G by zone: what a passenger there is worth. */
  readonly trip: Float64Array
}

/**
 * Value iteration from V = 0 over a finite horizon: after k sweeps V(i) is what the next k segments bring, so each sweep
 * reads only the values of the one before (Jacobi).
 *
 * Source: M. Puterman, "Markov Decision Processes", 1994, section 4.5 (finite horizon) and 6.3 (value iteration).
 */
export class ValueIterator {
  readonly #values: [Float64Array, Float64Array]
  readonly #trip: Float64Array
  readonly #zoneMean: Float64Array

  constructor(segments: number, zones: number) {
    this.#values = [new Float64Array(segments), new Float64Array(segments)]
    this.#trip = new Float64Array(zones)
    this.#zoneMean = new Float64Array(zones)
  }

  /** The values after so many sweeps. They are valid until the next call. */
  iterate(model: ValueModel, sweeps: number): Values {
    let [from, to] = this.#values
    from.fill(0)
    this.#zoneMean.fill(0)
    for (let k = 0; k < sweeps; k++) {
      this.#updateTrips(model)
      sweep(model, this.#trip, from, to, this.#zoneMean)
      ;[from, to] = [to, from]
    }
    this.#updateTrips(model)
    return { value: from, trip: this.#trip }
  }

  /** G_z from the zones' mean values. */
  #updateTrips({ fare, continuation, probability }: ValueModel): void {
    const zones = this.#trip.length
    const mean = this.#zoneMean
    for (let z = 0; z < zones; z++) {
      let sum = 0
      const row = z * zones
      for (let to = 0; to < zones; to++) sum += (probability[row + to] as number) * (mean[to] as number)
      this.#trip[z] = (fare[z] as number) + (continuation[z] as number) * sum
    }
  }
}

/**
 * One backup of all segments, from one array to the other; gathers the zones' means on the way.
 *
 * Segments are sorted by zone, so that what belongs to a zone stays in registers.
 */
function sweep(
  { graph, pickup, idle, onward }: ValueModel,
  trip: Float64Array,
  from: Float64Array,
  to: Float64Array,
  zoneMean: Float64Array,
): void {
  const { successors, zoneStart, zones } = graph
  for (let z = 0; z < zones; z++) {
    const worth = trip[z] as number
    const first = zoneStart[z] as number
    const end = zoneStart[z + 1] as number
    let sum = 0
    for (let i = first; i < end; i++) {
      const at = DEGREE * i
      let best = from[successors[at] as number] as number
      const second = from[successors[at + 1] as number] as number
      const third = from[successors[at + 2] as number] as number
      const fourth = from[successors[at + 3] as number] as number
      if (second > best) best = second
      if (third > best) best = third
      if (fourth > best) best = fourth
      const value = (pickup[i] as number) * worth + (idle[i] as number) + (onward[i] as number) * best
      to[i] = value
      sum += value
    }
    zoneMean[z] = end > first ? sum / (end - first) : 0
  }
}
