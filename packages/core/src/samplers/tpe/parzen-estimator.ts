/**
 * A mixture of products of kernels: the density that TPE fits to a set of trials.
 *
 * p(x) = Σ_k w_k Π_d κ_kd(x_d), with one k for each trial and one for the prior (S. Watanabe,
 * arXiv:2304.11127; products over the parameters as in S. Falkner et al., "BOHB", ICML 2018).
 *
 * Of the log of each summand the part that does not depend on x is known beforehand, and the rest only lowers it.
 * So most kernels are left after one or two parameters: those that can add nothing to the sum any more.
 */
import type { RandomStream } from '../../random/index.ts'
import type { Distribution, SearchSpace } from '../../space/index.ts'
import { uniformAt } from '../random/uniform-value.ts'
import { CategoricalKernels } from './categorical-kernels.ts'
import { mixtureWeights } from './mixture-weights.ts'
import { hasBandwidths, NumericalKernels } from './numerical-kernels.ts'

/** A summand this much smaller on the log scale, 3e-20 times the largest, is left out. */
const NEGLIGIBLE = 45

/** What a value of one parameter is drawn from. */
interface Sampled {
  sample(kernel: number, u: number): number
}

/** A parameter's place in a point, and its kernels. */
interface Factor<K> {
  readonly at: number
  readonly kernels: K
}

/** A fitted density over the parameters of a space. */
export class ParzenEstimator {
  /** w_k, summing to 1, the prior's last. */
  readonly weights: Float64Array
  readonly #samplers: readonly Sampled[]
  readonly #continuous: readonly Factor<NumericalKernels>[]
  readonly #grids: readonly Factor<NumericalKernels>[]
  readonly #categorical: readonly Factor<CategoricalKernels>[]
  /** For each kernel the log of its summand at its most. */
  readonly #bounds: Float64Array
  /** Kernel by kernel, and in each by continuous parameter: μ and √½ / σ. */
  readonly #mus: Float64Array
  readonly #inverses: Float64Array
  /** The point on the scale of the kernels; for grids the ends of its cell. */
  readonly #x: Float64Array
  readonly #left: Float64Array
  readonly #right: Float64Array
  readonly #terms: Float64Array

  /**
   * @param observations internal values: an array for each parameter, in the order of the space; the trials by
   * number in all of them.
   * @param uniform whether all trials weigh the same, however old.
   */
  constructor(space: SearchSpace, observations: readonly Float64Array[], trials: number, uniform: boolean) {
    const all = Object.values(space).map((distribution, d) =>
      kernelsOf(distribution, observations[d] as Float64Array),
    )
    const numerical = all.flatMap((kernels, at) =>
      kernels instanceof NumericalKernels ? { at, kernels } : [],
    )
    this.#samplers = all
    this.#continuous = numerical.filter(({ kernels }) => !kernels.isGrid)
    this.#grids = numerical.filter(({ kernels }) => kernels.isGrid)
    this.#categorical = all.flatMap((kernels, at) =>
      kernels instanceof CategoricalKernels ? { at, kernels } : [],
    )
    this.weights = mixtureWeights(trials, uniform)
    this.#bounds = this.weights.map(Math.log)
    for (const { kernels } of numerical) addTo(this.#bounds, kernels.offsets)
    this.#mus = interleave(
      this.#continuous.map(({ kernels }) => kernels.mus),
      1,
    )
    this.#inverses = interleave(
      this.#continuous.map(({ kernels }) => kernels.inverses),
      Math.SQRT1_2,
    )
    this.#x = new Float64Array(this.#continuous.length)
    this.#left = new Float64Array(this.#grids.length)
    this.#right = new Float64Array(this.#grids.length)
    this.#terms = new Float64Array(trials + 1)
  }

  /** log p(x) of internal values, by parameter in the order of the space. */
  logDensity(point: Float64Array): number {
    this.#locate(point)
    const terms = this.#terms
    const prior = terms.length - 1
    const isContinuous = this.#continuous.length === point.length
    // The prior reaches everywhere: it tells early which kernels are too far away.
    let most = this.#addOthers(prior, this.#continuousPart(prior, Number.NEGATIVE_INFINITY), point)
    let floor = most - NEGLIGIBLE
    terms[0] = most
    let count = 1
    for (let k = 0; k < prior; k++) {
      let term = this.#continuousPart(k, floor)
      if (!isContinuous && term >= floor) term = this.#addOthers(k, term, point, floor)
      if (!(term >= floor)) continue
      terms[count++] = term
      if (term <= most) continue
      most = term
      floor = most - NEGLIGIBLE
    }
    if (most === Number.NEGATIVE_INFINITY) return most
    let sum = 0
    for (let i = 0; i < count; i++) sum += Math.exp((terms[i] as number) - most)
    return most + Math.log(sum)
  }

  /** Writes internal values drawn from the density, by parameter in the order of the space. */
  sample(stream: RandomStream, point: Float64Array): void {
    let rest = stream.uniform()
    let k = 0
    while (k < this.weights.length - 1 && rest >= (this.weights[k] as number))
      rest -= this.weights[k++] as number
    for (let d = 0; d < point.length; d++)
      point[d] = (this.#samplers[d] as Sampled).sample(k, stream.uniform())
  }

  #locate(point: Float64Array): void {
    for (const [i, { at, kernels }] of this.#continuous.entries())
      this.#x[i] = kernels.left(point[at] as number)
    for (const [i, { at, kernels }] of this.#grids.entries()) {
      this.#left[i] = kernels.left(point[at] as number)
      this.#right[i] = kernels.right(point[at] as number)
    }
  }

  /** The log of the summand as far as it is known without grids and choices; anything below `floor` where it is. */
  #continuousPart(k: number, floor: number): number {
    const x = this.#x
    const mus = this.#mus
    const inverses = this.#inverses
    let term = this.#bounds[k] as number
    for (let i = 0, j = k * x.length; i < x.length && term >= floor; i++, j++) {
      const z = ((x[i] as number) - (mus[j] as number)) * (inverses[j] as number)
      term -= z * z
    }
    return term
  }

  #addOthers(k: number, start: number, point: Float64Array, floor = Number.NEGATIVE_INFINITY): number {
    let term = start
    for (let i = 0; i < this.#categorical.length; i++) {
      const { at, kernels } = this.#categorical[i] as Factor<CategoricalKernels>
      term += kernels.logProbability(k, point[at] as number)
    }
    return this.#grids.length === 0 ? term : this.#addGrids(k, term, floor)
  }

  #addGrids(k: number, start: number, floor: number): number {
    let bound = start
    for (let i = 0; i < this.#grids.length; i++) {
      const { kernels } = this.#grids[i] as Factor<NumericalKernels>
      const mu = kernels.mus[k] as number
      const away = Math.max((this.#left[i] as number) - mu, mu - (this.#right[i] as number), 0)
      const z = away * (kernels.inverses[k] as number)
      // Φ(-z) <= exp(-z²/2) / 2: the mass beyond z bounds that of the cell, and needs no error function.
      bound -= 0.5 * z * z
      if (bound < floor) return Number.NEGATIVE_INFINITY
    }
    let term = start
    for (let i = 0; i < this.#grids.length; i++) {
      const { kernels } = this.#grids[i] as Factor<NumericalKernels>
      term += kernels.logMass(k, this.#left[i] as number, this.#right[i] as number)
    }
    return term
  }
}

/** The kernels of observed internal values, in the order of the observations, the prior last. */
function kernelsOf(distribution: Distribution, observations: Float64Array): Sampled {
  if (distribution.kind === 'categorical')
    return new CategoricalKernels(distribution.choices.length, observations)
  if (hasBandwidths(distribution)) return new NumericalKernels(distribution, observations)
  // Too narrow or too wide to tell one value from another: all densities are even.
  return { sample: (_, u) => uniformAt(distribution, u) }
}

function addTo(sums: Float64Array, terms: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) + (terms[k] as number)
}

function interleave(columns: readonly Float64Array[], factor: number): Float64Array {
  const width = columns.length
  const rows = columns[0]?.length ?? 0
  const all = new Float64Array(width * rows)
  for (let d = 0; d < width; d++) {
    const column = columns[d] as Float64Array
    for (let k = 0; k < rows; k++) all[k * width + d] = (column[k] as number) * factor
  }
  return all
}
