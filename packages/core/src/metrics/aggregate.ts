import { percentile } from '../numeric/percentile.ts'

/** How the values of a trial's instances become one; or a function, of the values in the order of the instances. */
export type Aggregate = 'mean' | 'median' | 'min' | 'max' | 'sum' | ((values: readonly number[]) => number)

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const aggregates = {
  sum,
  mean: (values: readonly number[]) => sum(values) / values.length,
  median: (values: readonly number[]) => percentile(Float64Array.from(values), 50),
  min: (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b)),
  max: (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b)),
}

/** One value for those of several instances, at least one. */
export function aggregated(values: readonly number[], how: Aggregate = 'mean'): number {
  return typeof how === 'function' ? how(values) : aggregates[how](values)
}
