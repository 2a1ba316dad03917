/**
 * The kernels of a list of choices: of n + 1 kernels each gives every choice 1 / (n + 1), and its own one more.
 *
 * Source: S. Watanabe, arXiv:2304.11127; defaults as in Optuna 5. The prior, last, is even.
 */
export class CategoricalKernels {
  readonly #choices: number
  readonly #observed: Float64Array
  readonly #share: number
  readonly #logOther: number
  readonly #logOwn: number
  readonly #logEven: number

  /** @param observed indices of choices. */
  constructor(choices: number, observed: Float64Array) {
    this.#choices = choices
    this.#observed = observed
    this.#share = 1 / (observed.length + 1)
    const total = choices * this.#share + 1
    this.#logOther = Math.log(this.#share / total)
    this.#logOwn = Math.log((this.#share + 1) / total)
    this.#logEven = -Math.log(choices)
  }

  /** The log of the probability that kernel k gives to a choice. */
  logProbability(kernel: number, choice: number): number {
    if (kernel === this.#observed.length) return this.#logEven
    return this.#observed[kernel] === choice ? this.#logOwn : this.#logOther
  }

  /** A choice drawn from kernel k, by a uniform number. */
  sample(kernel: number, u: number): number {
    const last = this.#choices - 1
    const own = this.#observed[kernel]
    if (own === undefined) return Math.min(Math.floor(u * this.#choices), last)
    // The choices laid end to end: each as long as the share, the kernel's own one longer.
    const at = u * (this.#choices * this.#share + 1)
    const begin = own * this.#share
    if (at < begin) return Math.floor(at / this.#share)
    if (at < begin + this.#share + 1) return own
    return Math.min(Math.floor((at - 1) / this.#share), last)
  }
}
