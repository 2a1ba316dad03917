import type { ObjectiveIdentity } from '@tune/core'
import type { SimulatorConfig } from './simulator-config-of.ts'

/** What decides the values of a study's trials, in words; not how many there are, nor where they run. */
export function identityOf(simulator: SimulatorConfig): ObjectiveIdentity {
  const { area, size, frame, inputs, days, guidedDrivers: drivers, seed, replications } = simulator
  return { simulator: { area, size, frame, inputs, days, drivers, seed, replications } }
}
