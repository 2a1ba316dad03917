import { type Distribution, float, int, TuneError } from '@tune/core'
import { type ParameterSpace, wholeSpace } from '@tune/sim-local'

/** Where tuning looks for a parameter, both ends included. */
export interface ParameterRange {
  readonly low: number
  readonly high: number
}

/**
 * The widest space, narrowed for some parameters.
 *
 * @throws TuneError INVALID_ARGUMENT, INVALID_DISTRIBUTION: a range that is inverted, that leaves the parameter's own,
 * or that is of no parameter; `details.name` says which.
 */
export function narrowedSpace(ranges: Readonly<Record<string, ParameterRange>>): ParameterSpace {
  const space: Record<string, Distribution> = { ...wholeSpace }
  for (const [name, range] of Object.entries(ranges)) space[name] = narrowed(name, range)
  return space as ParameterSpace
}

function narrowed(name: string, { low, high }: ParameterRange): Distribution {
  const wide: Distribution | undefined = Object.hasOwn(wholeSpace, name)
    ? wholeSpace[name as keyof ParameterSpace]
    : undefined
  const invalid = (message: string) => new TuneError('INVALID_ARGUMENT', message, { name, low, high })
  if (wide === undefined || wide.kind === 'categorical') {
    const known = Object.entries(wholeSpace).filter(([, { kind }]) => kind !== 'categorical')
    throw invalid(
      `there is no parameter of that name with a range; there are ${known.map(([it]) => it).join(', ')}`,
    )
  }
  if (low > high) throw invalid(`low must be at most high, but low is ${low} and high is ${high}`)
  if (low < wide.low || high > wide.high) {
    throw invalid(`${low} to ${high} leaves the parameter's range, ${wide.low} to ${wide.high}`)
  }
  const { log } = wide
  if (wide.kind === 'float') return float(low, high, { log })
  if (Number.isInteger(low) && Number.isInteger(high)) return int(low, high, { log })
  throw invalid(`low and high must be whole numbers, but low is ${low} and high is ${high}`)
}
