/**
 * Where a search starts that knows the trials of a similar task.
 *
 * Source: M. Nomura, S. Watanabe, Y. Akimoto, Y. Ozaki, M. Onishi, "Warm Starting CMA-ES for Hyperparameter
 * Optimization", AAAI 2021 (arXiv:2012.06932): the normal distribution nearest to a mixture of narrow ones around the
 * best γ of the source's solutions.
 */
import { symmetricEigen } from '../../numeric/symmetric-eigen.ts'

/** γ: which part of the source's solutions count as good. */
const GOOD_PART = 0.1
/** α: the standard deviation around each good solution, as a part of each range. */
const WIDTH = 0.1

/** N(m, σ² C) with det C = 1. */
export interface WarmStart {
  readonly mean: Float64Array
  readonly sigma: number
  readonly covariance: Float64Array
}

/** @param solutions in the unit cube, the best first; at least one. */
export function warmStart(solutions: readonly Float64Array[]): WarmStart {
  const good = solutions.slice(0, Math.max(Math.floor(solutions.length * GOOD_PART), 1))
  const n = (good[0] as Float64Array).length
  const mean = new Float64Array(n).map((_, d) => average(good.map((x) => x[d] as number)))
  const covariance = new Float64Array(n * n).map((_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    const products = good.map(
      (x) => ((x[i] as number) - (mean[i] as number)) * ((x[j] as number) - (mean[j] as number)),
    )
    return average(products) + (i === j ? WIDTH ** 2 : 0)
  })
  const { values } = symmetricEigen(covariance, n)
  // det(Σ)^(1 / 2n), by logarithms, since the determinant itself underflows in high dimensions.
  const sigma = Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / (2 * n))
  return { mean, sigma, covariance: covariance.map((c) => c / sigma ** 2) }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
