import type { ObjectiveIdentity } from '@tune/core'
import type { StudyConfig } from '../config/study-config.ts'

/** What decides the values of a study's trials, in words; not how many there are, nor where they run. */
export function identityOf({ objective: { simulator } }: StudyConfig): ObjectiveIdentity {
  const { area, size, frame, inputs, week, guidedDrivers: drivers, seed, replications } = simulator
  return { simulator: { area, size, frame, inputs, week, drivers, seed, replications } }
}
