import type { InputSpecs, Scope, Value, Values } from '@tune/kfp'
import type { JsonValue } from '@tune/kfp/api'

/** The name of the task that simulates a day; when unrolled, a number follows. */
export const SIMULATE_TASK = 'simulate-day'

/** Adds the simulation of one day to a scope, and gives its profit. */
export type SimulateDay = (scope: Scope, day: Value<'STRING'>, name?: string) => Value<'NUMBER_DOUBLE'>

/** How the simulations of several days stand in a pipeline. */
export interface Shape {
  /** The inputs of the pipeline that hold the days. */
  readonly days: InputSpecs
  /** The inputs by which the profits come together. */
  readonly profits: InputSpecs
  /** Adds the simulations. The result are the values for `profits`. */
  simulate(scope: Scope, days: Values, simulateDay: SimulateDay): Values
  /** The profits as a JSON list, made of the placeholders of `profits`. */
  profitList(placeholders: Readonly<Record<string, string>>): string
  /** What a run is given for `days`. */
  parameters(days: readonly string[]): Readonly<Record<string, JsonValue>>
}
