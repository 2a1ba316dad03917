import type { Distribution, ParamValue } from '../space/index.ts'
import { toExternal } from '../space/index.ts'
import type { Attributes } from './attributes.ts'
import type { TrialState } from './trial-state.ts'

/** One parameter of a trial as storage keeps it. */
export interface TrialParam {
  readonly distribution: Distribution
  /** The internal value: the number itself, or the index of the choice. */
  readonly internal: number
}

/**
 * A trial as it was at the moment of reading. It never changes under its reader: a later state is another object.
 */
export interface FrozenTrial {
  /** The storage's own identity, unique over all studies. */
  readonly id: number
  /** Its place in the study: 0, 1, 2, … without gaps. */
  readonly number: number
  readonly state: TrialState
  /** One value for each direction; `null` where there are none. May be ±Infinity, never NaN. */
  readonly values: readonly number[] | null
  /** Parameters in the order in which they were suggested. */
  readonly params: ReadonlyMap<string, TrialParam>
  /** Intermediate values by step. May be ±Infinity or NaN. */
  readonly intermediateValues: ReadonlyMap<number, number>
  readonly userAttributes: Attributes
  readonly systemAttributes: Attributes
  /** When it began to run, in milliseconds since 1970, UTC; `null` while it waits. Databases keep whole seconds. */
  readonly startedAt: number | null
  /** When it finished, likewise; `null` before. */
  readonly completedAt: number | null
}

/** The parameters as the objective saw them. */
export function paramValues(trial: Pick<FrozenTrial, 'params'>): Record<string, ParamValue> {
  const values: Record<string, ParamValue> = {}
  for (const [name, { distribution, internal }] of trial.params)
    values[name] = toExternal(distribution, internal)
  return values
}
