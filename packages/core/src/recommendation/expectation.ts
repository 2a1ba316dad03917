import { fitKernel } from '../samplers/gp/fit-kernel.ts'
import { standardised } from '../samplers/gp/standardised.ts'
import { Surrogate } from '../samplers/gp/surrogate.ts'
import type { Points, UnitSpace } from '../samplers/gp/unit-space.ts'

/** What was observed of some trials. Lower is better. */
export interface Observed {
  readonly points: Points
  readonly losses: Float64Array
  /** The variance of each loss around what it is on average; NaN where it is not known. */
  readonly variances: Float64Array
  /** Whether there is no chance in them. */
  readonly isExact: boolean
}

/** What the losses of the same trials are expected to be, and how sure that is: standard deviations. */
export interface Expectation {
  readonly means: Float64Array
  readonly deviations: Float64Array
  /** How it was found: from what trials nearby had, from how much of the differences is noise, or as it is. */
  readonly method: 'model' | 'shrinkage' | 'exact'
}

/** Below so many trials nothing can be said of how they depend on their parameters. */
const FEW = 8
/** By how much the model has to foretell trials better than their mean does, as a part of their variance. */
const LEAST_SKILL = 0.1

/**
 * What to expect where trials are evaluated again: the posterior mean of a Gaussian process over the parameters, whose
 * noise is what is known of it, or what the values show; where it foretells trials that it is not shown no better than
 * their mean, each value is drawn towards the mean of all by as much as noise explains their differences.
 *
 * Sources: the mean, not the best observation, P. I. Frazier, W. B. Powell, S. Dayanik, "The Knowledge-Gradient Policy
 * for Correlated Normal Beliefs", INFORMS Journal on Computing 21(4), 2009; leaving one out, C. E. Rasmussen,
 * C. K. I. Williams (2006), equations 5.10 to 5.12; shrinkage, B. Efron, C. Morris, "Stein's Estimation Rule and Its
 * Competitors", JASA 68, 1973.
 */
export function expectationOf(observed: Observed, space: UnitSpace): Expectation {
  const { points, losses, isExact } = observed
  if (isExact) return { means: losses, deviations: new Float64Array(losses.length), method: 'exact' }
  if (space.dimension === 0 || points.count < FEW) return shrunk(observed)
  return modelled(observed, space) ?? shrunk(observed)
}

function modelled({ points, losses, variances }: Observed, space: UnitSpace): Expectation | undefined {
  const scale = standardised(losses)
  const unit = scale.place(1) - scale.place(0)
  const isKnown = variances.every((variance) => !Number.isNaN(variance))
  const known = variances.map((variance) => (isKnown ? variance * unit * unit : 0))
  const kernel = fitKernel(points, space.isCategorical, scale.values, known)
  const options = { points, isCategorical: space.isCategorical, kernel, targets: scale.values, known }
  const surrogate = new Surrogate(options)
  const { weights, precisions } = surrogate.leftOut()
  const squares = weights.map((weight, i) => (weight / (precisions[i] as number)) ** 2)
  if (1 - meanOf(squares) < LEAST_SKILL * Math.max(1 - meanOf(known), 0)) return undefined
  const [means, deviations] = [new Float64Array(points.count), new Float64Array(points.count)]
  const zero = scale.place(0)
  for (let i = 0; i < points.count; i++) {
    // Where noise is known, what the model takes for noise besides is the function's own fine structure.
    const noise = isKnown ? (known[i] as number) : kernel.noise
    means[i] = ((scale.values[i] as number) - noise * (weights[i] as number) - zero) / unit
    const variance = noise - noise * noise * (precisions[i] as number)
    deviations[i] = Math.sqrt(Math.max(variance, 0)) / unit
  }
  return { means, deviations, method: 'model' }
}

function shrunk({ losses, variances }: Observed): Expectation {
  const n = losses.length
  const mean = meanOf(losses)
  const noise = meanOf(variances)
  const spread = n > 1 ? losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (n - 1) : 0
  const real = Math.max(spread - noise, 0)
  const means = new Float64Array(n)
  const deviations = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    // Where nothing is known of noise, nothing is drawn anywhere.
    const variance = Number.isNaN(noise) ? 0 : (variances[i] as number)
    const share = variance === 0 ? 1 : real / (real + variance)
    means[i] = mean + share * ((losses[i] as number) - mean)
    deviations[i] = Math.sqrt(share * variance)
  }
  return { means, deviations, method: 'shrinkage' }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
