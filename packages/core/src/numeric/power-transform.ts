/**
 * The Yeo–Johnson power transform, which makes skewed values more like normal ones and keeps their order.
 *
 * Source: I.-K. Yeo, R. A. Johnson, "A new family of power transformations to improve normality or symmetry",
 * Biometrika 87(4), 2000: equation 2.1 (ψ), and section 3 (λ by maximum likelihood).
 */

/** λ is sought in this range: 1 leaves values as they are, 0 takes the logarithm of positive ones. */
const LOWEST = -4
const HIGHEST = 6
const GOLDEN = (Math.sqrt(5) - 1) / 2
const SEARCH_STEPS = 30

/** ψ(λ, x) */
export function yeoJohnson(x: number, lambda: number): number {
  return x >= 0 ? boxCox(x, lambda) : -boxCox(-x, 2 - lambda)
}

/** ((1 + x)^λ - 1) / λ for x >= 0, without loss where λ is small. */
function boxCox(x: number, lambda: number): number {
  const logarithm = Math.log1p(x)
  return lambda === 0 ? logarithm : Math.expm1(lambda * logarithm) / lambda
}

/** The λ under which the transformed values are most likely to be normal, by golden-section search. */
export function yeoJohnsonLambda(values: Float64Array): number {
  // log dψ/dx = (λ - 1) sign(x) log(1 + |x|)
  const slopes = values.reduce((sum, x) => sum + Math.sign(x) * Math.log1p(Math.abs(x)), 0)
  const loss = (lambda: number) =>
    0.5 * values.length * Math.log(transformedVariance(values, lambda)) - (lambda - 1) * slopes
  let [low, high] = [LOWEST, HIGHEST]
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [lossA, lossB] = [loss(a), loss(b)]
  for (let i = 0; i < SEARCH_STEPS; i++) {
    if (lossA <= lossB) {
      ;[high, b, lossB] = [b, a, lossA]
      a = high - GOLDEN * (high - low)
      lossA = loss(a)
    } else {
      ;[low, a, lossA] = [a, b, lossB]
      b = low + GOLDEN * (high - low)
      lossB = loss(b)
    }
  }
  return 0.5 * (low + high)
}

function transformedVariance(values: Float64Array, lambda: number): number {
  let [mean, squares] = [0, 0]
  for (const [i, x] of values.entries()) {
    const y = yeoJohnson(x, lambda)
    const gap = y - mean
    mean += gap / (i + 1)
    squares += gap * (y - mean)
  }
  return squares / values.length
}
