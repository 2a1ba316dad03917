import { TuneError } from '../../errors/tune-error.ts'
import type { ParamValue } from '../../space/index.ts'

/** Settings of grid search. */
export interface GridOptions {
  /**
   * The values of a parameter by its name, as an objective sees them. Default: every value of the distribution, and of
   * a continuous range `resolution` ones.
   */
  readonly values?: Readonly<Record<string, readonly ParamValue[]>>
  /**
   * How many values a continuous range has on the grid, from its lower to its upper bound; evenly spaced, on the log
   * scale for log ranges. Default: 10.
   */
  readonly resolution?: number
}

/** @throws TuneError INVALID_ARGUMENT */
export function resolveGridOptions({ values = {}, resolution = 10 }: GridOptions): Required<GridOptions> {
  if (!Number.isSafeInteger(resolution) || resolution < 2) {
    throw new TuneError(
      'INVALID_ARGUMENT',
      `grid: resolution must be a whole number of at least 2, but is ${resolution}`,
      { resolution },
    )
  }
  for (const [name, list] of Object.entries(values)) {
    if (Array.isArray(list) && list.length > 0) continue
    throw new TuneError(
      'INVALID_ARGUMENT',
      `grid: values.${name} must be a list of at least one value, but is ${JSON.stringify(list)}`,
      { name, values: list },
    )
  }
  return { values, resolution }
}
