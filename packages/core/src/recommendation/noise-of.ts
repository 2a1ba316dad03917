import { resultsOf } from '../runner/results.ts'
import type { FrozenTrial } from '../trial/index.ts'

/** Where it is known from how much of a value is chance; see `RecommendOptions`. */
export type Noise = 'instances' | 'fitted' | 'none'

/** By how much the mean of reports may miss a value, as a part of it: rounding. */
const ROUNDING = 1e-9

/**
 * What trials show of how they were evaluated: whether on instances whose mean is their value, or, where what was
 * evaluated before is not evaluated again, without chance.
 */
export function noiseOf(trials: readonly FrozenTrial[]): Noise {
  const complete = trials.filter(({ state }) => state === 'complete')
  const results = complete.map(({ systemAttributes }) => [...resultsOf(systemAttributes).values()])
  if (complete.length === 0 || results.some((each) => each.length === 0)) return 'fitted'
  if (complete.every(isMean) && results.flat().every(({ instance }) => instance !== undefined))
    return 'instances'
  return results.flat().every(({ of }) => of !== undefined) ? 'none' : 'fitted'
}

/** Whether the value of a trial is the mean of several reports. */
function isMean({ values, intermediateValues }: FrozenTrial): boolean {
  const [value] = values ?? []
  const reports = [...intermediateValues.values()]
  if (value === undefined || reports.length < 2) return false
  const mean = reports.reduce((sum, report) => sum + report, 0) / reports.length
  const size = reports.reduce((most, report) => Math.max(most, Math.abs(report)), 0)
  return Math.abs(mean - value) <= ROUNDING * size
}
