import { daysOf } from '@tune/sim-local'
import type { SimulatorConfig } from './simulator-config-of.ts'

/** One simulation of a trial: a day of the week, in one replication. */
export interface Instance {
  /** `28@1`: the day, and the seed of the replication. */
  readonly name: string
  readonly day: number
  readonly seed: number
}

/** What a trial is evaluated on, in order: the place of an instance is the step of its report. */
export function instancesOf({ week, seed: first, replications }: SimulatorConfig): readonly Instance[] {
  return Array.from({ length: replications }, (_, index) => first + index).flatMap((seed) =>
    daysOf(week).map((day) => ({ name: `${day}@${seed}`, day, seed })),
  )
}

const DAYS_OF_A_WEEK = 7

/**
 * The value of a trial: the mean over replications of the mean over days, the same to the last bit wherever it ran. Of a
 * trial that was ended early, the mean of what there is.
 */
export function valueOf(profits: readonly number[]): number {
  if (profits.length % DAYS_OF_A_WEEK > 0) return mean(profits)
  const weeks = Array.from({ length: profits.length / DAYS_OF_A_WEEK }, (_, index) =>
    mean(profits.slice(index * DAYS_OF_A_WEEK, (index + 1) * DAYS_OF_A_WEEK)),
  )
  return mean(weeks)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
