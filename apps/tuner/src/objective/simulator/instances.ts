import { daysOf, INPUTS, type Inputs } from '@tune/sim-local'
import type { SimulatorConfig } from './simulator-config-of.ts'

/** One simulation of a trial: a day, in one replication. */
export interface Instance {
  /** `28@1`: the day, and the seed of the replication; where days are driven with both inputs, `28/predicted@1`. */
  readonly name: string
  readonly day: number
  readonly inputs: Inputs
  readonly seed: number
}

/** What a trial is evaluated on, in order: the place of an instance is the step of its report. */
export function instancesOf({
  days,
  inputs: kind,
  seed: first,
  replications,
}: SimulatorConfig): readonly Instance[] {
  const kinds = kind === 'both' ? INPUTS : [kind]
  return Array.from({ length: replications }, (_, index) => first + index).flatMap((seed) =>
    daysOf(days).flatMap((day) =>
      kinds.map((inputs) => ({
        name: kind === 'both' ? `${day}/${inputs}@${seed}` : `${day}@${seed}`,
        day,
        inputs,
        seed,
      })),
    ),
  )
}
