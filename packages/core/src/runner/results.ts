import { createHash } from 'node:crypto'
import type { MetricValues } from '../metrics/metric-values.ts'
import type { ParamValue } from '../space/index.ts'
import type { Attributes, JsonValue } from '../trial/attributes.ts'
import { type FrozenTrial, paramValues } from '../trial/frozen-trial.ts'

/** The system attribute that keeps the metrics of one instance, by its place; of an objective without instances, `0`. */
const PREFIX = 'tune:result:'

/** What came out for one instance of a trial, or for the whole of it. */
export interface Result {
  /** The instance; absent where the objective has none. */
  readonly instance?: string
  readonly metrics: MetricValues
  /** What decided it besides the parameters; absent where it must not be used again. */
  readonly of?: string
}

/** The attribute that keeps a result with its trial. */
export function resultAttribute(place: number, result: Result): Attributes {
  return { [PREFIX + place]: result as unknown as JsonValue }
}

/** The results that a trial keeps, by place. */
export function resultsOf(systemAttributes: Attributes): ReadonlyMap<number, Result> {
  const results = new Map<number, Result>()
  for (const [key, value] of Object.entries(systemAttributes))
    if (key.startsWith(PREFIX) && isResult(value)) results.set(Number(key.slice(PREFIX.length)), value)
  return results
}

/** The results of all trials of a study, by what decides them: so that nothing is evaluated twice. */
export class ResultMemory {
  readonly #metrics = new Map<string, MetricValues>()

  /** Takes in what a trial came to, as far as it got. */
  take(trial: Pick<FrozenTrial, 'systemAttributes' | 'params'>): void {
    for (const { of, instance, metrics } of resultsOf(trial.systemAttributes).values())
      if (of !== undefined) this.#metrics.set(keyOf(of, paramValues(trial), instance), metrics)
  }

  /** The metrics of these parameters on that instance; `undefined` where they were not evaluated. */
  get(
    of: string,
    params: Readonly<Record<string, ParamValue>>,
    instance: string | undefined,
  ): MetricValues | undefined {
    return this.#metrics.get(keyOf(of, params, instance))
  }
}

/** Words of any length, as they are kept with each result. */
export function shortened(of: string): string {
  return createHash('sha256').update(of).digest('base64url').slice(0, 22)
}

function keyOf(
  of: string,
  params: Readonly<Record<string, ParamValue>>,
  instance: string | undefined,
): string {
  const entries = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  return shortened(JSON.stringify([of, entries, instance ?? null]))
}

function isResult(value: JsonValue): value is JsonValue & Result {
  const { metrics } = (typeof value === 'object' && value !== null ? value : {}) as { metrics?: unknown }
  return typeof metrics === 'object' && metrics !== null
}
