/**
 * The Matérn 5/2 kernel with a length scale of its own for each parameter (automatic relevance determination).
 *
 * k(x, x') = s m(r²), with m(r²) = (1 + q + q²/3) exp(-q), q = √(5 r²) and r² the scaled squared distance; observations
 * carry noise of variance σ². Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning",
 * 2006, equation 4.17.
 */

/** What the kernel of a fitted model is like. */
export interface KernelParameters {
  /** w_k, one for each parameter. */
  readonly inverseSquaredLengthscales: Float64Array
  /** s, the variance of the function. */
  readonly scale: number
  /** σ², the variance of an observation around it. */
  readonly noise: number
}

/**
 * Replaces `length` squared distances, from `offset` on, by m, and writes their slopes dm/dr² = -5/6 (1 + q) exp(-q)
 * at the same places of `slopes`.
 */
export function matern52(values: Float64Array, slopes: Float64Array, offset: number, length: number): void {
  for (let i = offset; i < offset + length; i++) {
    const q = Math.sqrt(5 * (values[i] as number))
    const decay = Math.exp(-q)
    slopes[i] = (-5 / 6) * (1 + q) * decay
    values[i] = (1 + q + (q * q) / 3) * decay
  }
}
