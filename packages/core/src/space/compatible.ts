import { TuneError } from '../errors/tune-error.ts'
import { sameChoice } from './categorical.ts'
import { describeDistribution } from './describe.ts'
import type { Distribution } from './distribution.ts'

/** Whether both describe the same domain: same kind, bounds, scale, step, choices. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a === b) return true
  if (a.kind === 'categorical' || b.kind === 'categorical') {
    return (
      a.kind === 'categorical' &&
      b.kind === 'categorical' &&
      a.choices.length === b.choices.length &&
      a.choices.every((choice, i) => sameChoice(choice, b.choices[i] as typeof choice))
    )
  }
  return a.kind === b.kind && a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step
}

/**
 * Whether one study may use both distributions for one parameter, by Optuna's rule: the kind and the log scale never
 * change, choices never change, and a range may.
 */
export function isCompatible(earlier: Distribution, now: Distribution): boolean {
  return earlier.kind === 'categorical' || now.kind === 'categorical'
    ? sameDistribution(earlier, now)
    : earlier.kind === now.kind && earlier.log === now.log
}

/** Checks that one study may use both distributions for one parameter. @throws TuneError INCOMPATIBLE_DISTRIBUTION */
export function assertCompatible(name: string, earlier: Distribution, now: Distribution): void {
  if (isCompatible(earlier, now)) return
  throw new TuneError(
    'INCOMPATIBLE_DISTRIBUTION',
    `${name}: ${describeDistribution(now)} does not fit ${describeDistribution(earlier)}, which this study used before; kind, log scale and choices must stay`,
    { name, earlier, now },
  )
}
