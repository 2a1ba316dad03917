/** What a categorical choice can be: any JSON scalar. */
export type JsonScalar = null | boolean | number | string

/** Real numbers from `low` to `high`, both included. */
export interface FloatDistribution {
  readonly kind: 'float'
  readonly low: number
  readonly high: number
  /** Whether values are spread evenly over their logarithm. Needs `low > 0`, and no step. */
  readonly log: boolean
  /** Values are `low + k * step`; `null` for a continuous range. */
  readonly step: number | null
}

/** Integers from `low` to `high`, both included. */
export interface IntDistribution {
  readonly kind: 'int'
  readonly low: number
  readonly high: number
  /** Whether values are spread evenly over their logarithm. Needs `low >= 1`, and a step of 1. */
  readonly log: boolean
  /** Values are `low + k * step`. */
  readonly step: number
}

/** One of a fixed list of choices, without an order. */
export interface CategoricalDistribution<Choice extends JsonScalar = JsonScalar> {
  readonly kind: 'categorical'
  readonly choices: readonly Choice[]
}

/**
 * The domain of one parameter: plain data, so that it crosses threads and is written to storage as it is.
 *
 * Inside tune a parameter's value is one number, its *internal* value: the number itself for floats and
 * integers (never its logarithm), the index of the choice for categoricals. Storage holds that number.
 */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution

/** The value that an objective sees: a number, or a choice. */
export type ParamValue = JsonScalar

/** Whether the distribution holds exactly one value. */
export function isSingle(distribution: Distribution): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.length === 1
  if (distribution.low === distribution.high) return true
  return distribution.step !== null && distribution.high - distribution.low < distribution.step
}

/** How many values there are; `Infinity` for a continuous range. */
export function cardinality(distribution: Distribution): number {
  if (distribution.kind === 'categorical') return distribution.choices.length
  if (distribution.low === distribution.high) return 1
  if (distribution.step === null) return Number.POSITIVE_INFINITY
  return Math.round((distribution.high - distribution.low) / distribution.step) + 1
}
