import { type Frame, frameSeconds, isDayOff, SLOT_SECONDS, SLOTS } from '../world/calendar.ts'
import { dayEffects } from '../world/weather.ts'
import type { World } from '../world/world.ts'
import { CountModel } from './count-model.ts'
import { countersOf, observePast, type PastDays, type SlotCounter } from './history.ts'

/** Where the value iterator gets its figures from: models that follow the day, or averages of past days. */
export type Inputs = 'predicted' | 'statistical'

export const INPUTS: readonly Inputs[] = ['predicted', 'statistical']

/** Figures for one slot, by segment, for the 30 minutes that follow. */
export interface SlotInputs {
  readonly slot: number
  readonly predictedDemand: Float32Array
  readonly predictedSupply: Float32Array
  readonly meanDemand: Float32Array
  readonly meanSupply: Float32Array
}

/** The counts are of a slot of 15 minutes, the figures of 30. */
const SLOTS_PER_FIGURE = 2

/** Forecasts a week's days, knowing the days before the week, and of a day only what came before each slot. */
export class Forecaster {
  readonly #world: World
  readonly #past: PastDays
  readonly #demand: CountModel
  readonly #supply: CountModel

  constructor(world: World, firstDay: number) {
    this.#world = world
    this.#past = observePast(world, firstDay)
    this.#demand = new CountModel(world.graph, this.#past, this.#past.demand)
    this.#supply = new CountModel(world.graph, this.#past, this.#past.supply)
  }

  /** The figures of each slot of a frame. */
  forecast(day: number, frame: Frame): readonly SlotInputs[] {
    const counters = countersOf(this.#world)
    const observed = {
      demand: this.#countZones(day, counters.demand),
      supply: this.#countZones(day, counters.supply),
    }
    const { rain } = dayEffects(this.#world, day)
    const [from, to] = frameSeconds(frame).map((s) => s / SLOT_SECONDS) as [number, number]
    return Array.from({ length: to - from }, (_, k) => {
      const slot = from + k
      const figures = (model: CountModel, counts: Float64Array) => {
        const out = new Float32Array(this.#world.graph.segments)
        model.infer(day, slot, rain, counts, out)
        return out.map((n) => n * SLOTS_PER_FIGURE)
      }
      return {
        slot,
        predictedDemand: figures(this.#demand, observed.demand),
        predictedSupply: figures(this.#supply, observed.supply),
        meanDemand: this.#mean(this.#past.demand.means, day, slot),
        meanSupply: this.#mean(this.#past.supply.means, day, slot),
      }
    })
  }

  #mean(means: readonly [Float32Array, Float32Array], day: number, slot: number): Float32Array {
    const table = means[isDayOff(day) ? 1 : 0]
    const out = new Float32Array(this.#world.graph.segments)
    for (let i = 0; i < out.length; i++) out[i] = (table[i * SLOTS + slot] as number) * SLOTS_PER_FIGURE
    return out
  }

  #countZones(day: number, count: SlotCounter): Float64Array {
    const { graph } = this.#world
    const counts = new Int32Array(graph.segments)
    const zones = new Float64Array(graph.zones * SLOTS)
    for (let slot = 0; slot < SLOTS; slot++) {
      count(day, slot, counts)
      for (let i = 0; i < graph.segments; i++) {
        const at = (graph.zone[i] as number) * SLOTS + slot
        zones[at] = (zones[at] as number) + (counts[i] as number)
      }
    }
    return zones
  }
}
