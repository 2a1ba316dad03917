import { countPasses } from '../world/background.ts'
import { isDayOff, SLOTS } from '../world/calendar.ts'
import { countPassengers } from '../world/passengers.ts'
import { dayEffects } from '../world/weather.ts'
import type { World } from '../world/world.ts'

/** How many days before a week are known to those who forecast it. */
const HISTORY_DAYS = 20

/** Counts of one quantity on past days. */
export interface CountHistory {
  /** Mean count at `segment * SLOTS + slot`, on working days and on weekends. */
  readonly means: readonly [Float32Array, Float32Array]
  /** Counts of each past day by zone, at `zone * SLOTS + slot`. */
  readonly zones: readonly Float64Array[]
  /** Counts of all past days together, by segment. */
  readonly totals: Float64Array
}

/** What is known before a week begins. */
export interface PastDays {
  readonly days: readonly number[]
  readonly rain: readonly boolean[]
  /** Passengers who appeared. */
  readonly demand: CountHistory
  /** Vacant background taxis that passed. */
  readonly supply: CountHistory
}

/** Writes the counts of one slot of one day, by segment. */
export type SlotCounter = (day: number, slot: number, out: Int32Array) => void

/** Counts of a world's passengers and of its vacant background taxis. */
export function countersOf(world: World): { readonly demand: SlotCounter; readonly supply: SlotCounter } {
  const rates = new Float64Array(world.graph.segments)
  const effectsOf = lastOf((day) => dayEffects(world, day))
  return {
    demand: (day, slot, out) => {
      world.demandRates(Math.floor(slot / 4), isDayOff(day), rates)
      countPassengers(world, day, slot, rates, effectsOf(day), out)
    },
    supply: (day, slot, out) => {
      world.supplyRates(Math.floor(slot / 4), rates)
      countPasses(world, day, slot, rates, effectsOf(day), out)
    },
  }
}

/** Remembers the last result: slots of one day come one after the other. */
function lastOf<T>(make: (day: number) => T): (day: number) => T {
  let last: { readonly day: number; readonly value: T } | undefined
  return (day) => {
    if (last?.day !== day) last = { day, value: make(day) }
    return last.value
  }
}

/** Looks back from the first day of a week. */
export function observePast(world: World, firstDay: number): PastDays {
  const days = Array.from({ length: HISTORY_DAYS }, (_, i) => firstDay - HISTORY_DAYS + i)
  const counters = countersOf(world)
  return {
    days,
    rain: days.map((day) => dayEffects(world, day).rain),
    demand: countDays(world, days, counters.demand),
    supply: countDays(world, days, counters.supply),
  }
}

function countDays({ graph }: World, days: readonly number[], count: SlotCounter): CountHistory {
  const { segments, zones } = graph
  const counts = new Int32Array(segments)
  const means: [Float32Array, Float32Array] = [
    new Float32Array(segments * SLOTS),
    new Float32Array(segments * SLOTS),
  ]
  const totals = new Float64Array(segments)
  const byDay = days.map((day) => {
    const zoneCounts = new Float64Array(zones * SLOTS)
    const sums = means[isDayOff(day) ? 1 : 0]
    for (let slot = 0; slot < SLOTS; slot++) {
      count(day, slot, counts)
      for (let i = 0; i < segments; i++) {
        const n = counts[i] as number
        if (n === 0) continue
        const at = (graph.zone[i] as number) * SLOTS + slot
        zoneCounts[at] = (zoneCounts[at] as number) + n
        sums[i * SLOTS + slot] = (sums[i * SLOTS + slot] as number) + n
        totals[i] = (totals[i] as number) + n
      }
    }
    return zoneCounts
  })
  for (const kind of [0, 1] as const) {
    const n = days.filter((day) => Number(isDayOff(day)) === kind).length
    for (let k = 0; k < segments * SLOTS; k++) means[kind][k] = (means[kind][k] as number) / n
  }
  return { means, zones: byDay, totals }
}
