import { TuneError } from '../errors/tune-error.ts'
import { sameChoice } from './categorical.ts'
import { describeDistribution } from './describe.ts'
import type { CategoricalDistribution, Distribution } from './distribution.ts'

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
 * Whether one study may use both distributions for one parameter: the kind and the log scale never change, and a range
 * may, by Optuna's rule. Choices may be appended, which Optuna reads but does not write: the index of each stays.
 */
export function isCompatible(earlier: Distribution, now: Distribution): boolean {
  if (earlier.kind !== 'categorical' || now.kind !== 'categorical')
    return earlier.kind === now.kind && 'log' in earlier && 'log' in now && earlier.log === now.log
  const known = Math.min(earlier.choices.length, now.choices.length)
  const first = ({ choices }: CategoricalDistribution) => choices.slice(0, known)
  return sameDistribution({ ...earlier, choices: first(earlier) }, { ...now, choices: first(now) })
}

/** Checks that one study may use both distributions for one parameter. @throws TuneError INCOMPATIBLE_DISTRIBUTION */
export function assertCompatible(name: string, earlier: Distribution, now: Distribution): void {
  if (isCompatible(earlier, now)) return
  throw new TuneError(
    'INCOMPATIBLE_DISTRIBUTION',
    `${name}: ${describeDistribution(now)} does not fit ${describeDistribution(earlier)}, which this study used before; kind and log scale must stay, and choices only be appended`,
    { name, earlier, now },
  )
}
