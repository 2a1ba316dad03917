/**
 * The equations of the value iterator for one slot. States are segments; for a driver who enters segment i,
 *
 * V(i) = p_i · G_z(i) + (1 - p_i) · (-c τ_i + γ^τ_i · max_j V(j))          j: successors of i
 * G_z  = F_z + ρ γ^T_z · Σ_z' P(z'|z) · mean of V over z'
 *
 * with p the chance of a passenger, τ the time through the segment, F and T fare and duration of a trip, all money in yen.
 */

import type { SlotInputs } from '../forecast/day-inputs.ts'
import type { RoadGraph } from '../graph/road-graph.ts'
import { DEGREE } from '../graph/road-graph.ts'
import { dexp, dlog } from '../numeric/exp-log.ts'
import type { TripTable } from '../world/trips.ts'
import type { ValueIteratorParameters } from './parameters.ts'

/** The coefficients of the equations: V(i) = p_i G_z + idle_i + onward_i · max V. */
export interface ValueModel {
  readonly graph: RoadGraph
  /** p_i */
  readonly pickup: Float64Array
  /** -(1 - p_i) c τ_i */
  readonly idle: Float64Array
  /** (1 - p_i) γ^τ_i */
  readonly onward: Float64Array
  /** F_z */
  readonly fare: Float64Array
  /** ρ γ^T_z */
  readonly continuation: Float64Array
  /** P(z'|z) by row. */
  readonly probability: Float64Array
}

/** What does not change from slot to slot: γ^τ by segment. */
export function discounts(graph: RoadGraph, discountPerMin: number): Float64Array {
  const rate = dlog(discountPerMin) / 60
  // Times are whole seconds and few of them differ.
  const byTime = new Map<number, number>()
  return Float64Array.from(graph.seconds, (seconds) => {
    const known = byTime.get(seconds) ?? dexp(rate * seconds)
    byTime.set(seconds, known)
    return known
  })
}

/** @param followed γ^τ, from {@link discounts}. */
export function valueModel(
  graph: RoadGraph,
  inputs: SlotInputs,
  trips: TripTable,
  parameters: ValueIteratorParameters,
  followed: Float64Array,
): ValueModel {
  const { demandBlend, supplyBlend, demandSmoothing, idleCostPerMin, discountPerMin, continuationWeight } =
    parameters
  const demand = smoothed(graph, inputs.predictedDemand, inputs.meanDemand, demandBlend, demandSmoothing)
  const supply = smoothed(graph, inputs.predictedSupply, inputs.meanSupply, supplyBlend, demandSmoothing)
  const pickup = new Float64Array(graph.segments)
  const idle = new Float64Array(graph.segments)
  const onward = new Float64Array(graph.segments)
  for (let i = 0; i < graph.segments; i++) {
    const p = pickupChance(demand[i] as number, supply[i] as number, parameters)
    pickup[i] = p
    idle[i] = (-(1 - p) * idleCostPerMin * (graph.seconds[i] as number)) / 60
    onward[i] = (1 - p) * (followed[i] as number)
  }
  const rate = dlog(discountPerMin) / 60
  return {
    graph,
    pickup,
    idle,
    onward,
    fare: trips.fare,
    continuation: trips.seconds.map((seconds) => continuationWeight * dexp(rate * seconds)),
    probability: trips.probability,
  }
}

/** p = 1 - exp(-κ D / (S + s₀)^β) */
function pickupChance(
  demand: number,
  supply: number,
  { pickupGain, supplyOffset, competitionExponent }: ValueIteratorParameters,
): number {
  return 1 - dexp(-pickupGain * demand * dexp(-competitionExponent * dlog(supply + supplyOffset)))
}

/** w · predicted + (1 - w) · mean, of which the fraction s is taken from the successors. */
function smoothed(
  graph: RoadGraph,
  predicted: Float32Array,
  mean: Float32Array,
  blend: number,
  smoothing: number,
): Float64Array {
  const own = new Float64Array(graph.segments)
  for (let i = 0; i < own.length; i++)
    own[i] = blend * (predicted[i] as number) + (1 - blend) * (mean[i] as number)
  const out = new Float64Array(graph.segments)
  for (let i = 0; i < out.length; i++) {
    const degree = graph.degree[i] as number
    let sum = 0
    for (let k = 0; k < degree; k++) sum += own[graph.successors[DEGREE * i + k] as number] as number
    out[i] = (1 - smoothing) * (own[i] as number) + (smoothing * sum) / degree
  }
  return out
}
