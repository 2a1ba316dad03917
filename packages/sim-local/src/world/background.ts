import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { SLOT_SECONDS, SLOTS } from './calendar.ts'
import type { DayEffects } from './weather.ts'
import type { World } from './world.ts'

/** How many vacant background taxis pass each segment in a slot: what can be counted afterwards. Written to `out`. */
export function countPasses(
  world: World,
  day: number,
  slot: number,
  rates: Float64Array,
  effects: DayEffects,
  out: Int32Array,
): void {
  const random = new AddressRandom(world.seed, PURPOSE.passes)
  const { graph } = world
  for (let i = 0; i < graph.segments; i++) {
    const factor = effects.supply[(graph.zone[i] as number) * SLOTS + slot] as number
    out[i] = random.at(day, i * SLOTS + slot).poisson(SLOT_SECONDS * (rates[i] as number) * factor)
  }
}
