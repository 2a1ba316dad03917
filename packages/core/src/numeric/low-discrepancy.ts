/**
 * Points that fill the unit cube evenly: the additive recurrence x_n = (shift + n α) mod 1, with α_k = φ⁻ᵏ and φ the
 * positive root of φ^(d+1) = φ + 1.
 *
 * Source: M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018 (the R_d sequence); the shift:
 * R. Cranley, T. N. L. Patterson, "Randomization of Number Theoretic Methods for Multiple Integration", SIAM J.
 * Numerical Analysis 13(6), 1976.
 */
export class LowDiscrepancy {
  readonly #shift: Float64Array
  readonly #alpha: Float64Array

  /** @param shift where the sequence begins, one number in [0, 1) for each dimension: the source of its chance. */
  constructor(shift: Float64Array) {
    this.#shift = shift
    const root = harmoniousNumber(shift.length)
    this.#alpha = new Float64Array(shift.length)
    for (let k = 0, power = 1; k < shift.length; k++) {
      power /= root
      this.#alpha[k] = power
    }
  }

  /** Coordinate k of point n, in [0, 1). */
  at(n: number, k: number): number {
    const x = (this.#shift[k] as number) + n * (this.#alpha[k] as number)
    return x - Math.floor(x)
  }
}

/** The positive root of x^(d+1) = x + 1, by the contraction x ← (1 + x)^(1/(d+1)). */
function harmoniousNumber(dimension: number): number {
  let x = 2
  for (let i = 0; i < 40; i++) x = Math.exp(Math.log1p(x) / (dimension + 1))
  return x
}
