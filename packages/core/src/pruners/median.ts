import { readOptions } from '../options/read-options.ts'
import { medianOptions, type PercentileOptions, prunePercentile } from './percentile.ts'
import type { Pruner } from './pruner.ts'

/**
 * The median stopping rule: `percentile` with 50. Optuna's default, and the default of a study.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function median(options: PercentileOptions = {}): Pruner {
  const settings = readOptions('median', medianOptions, options)
  return {
    name: 'median',
    options: settings,
    prune: (request) => prunePercentile(request, { percentile: 50, ...settings }),
  }
}
