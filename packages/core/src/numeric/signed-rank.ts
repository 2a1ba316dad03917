/**
 * Wilcoxon's signed-rank test: are paired differences as likely to be positive as negative, sizes considered?
 *
 * Notation: d₁ … dₙ the differences; rᵢ the rank of |dᵢ|, ties sharing the mean of theirs; W = Σ rᵢ over dᵢ > 0.
 * Sources: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945; the variance with
 * ties: M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", 1973, section 3.1.
 */
import { erfc } from './error-function.ts'

/** What a {@link signedRankTest} tests. */
export interface SignedRankOptions {
  /** Whether W is taken to be extreme when it is large, when it is small, or both. Default: `two-sided`. */
  readonly alternative?: 'greater' | 'less' | 'two-sided'
  /** Zero differences are left out, or give one half of their ranks to W. Default: `drop`. */
  readonly zeros?: 'drop' | 'split'
  /**
   * Whether the normal approximation replaces the exact distribution, which costs time in n³: never, or as in SciPy
   * for n > 50, and for n > 13 where there are ties or zeros. Default: `never`.
   */
  readonly approximate?: 'never' | 'large'
}

/** Up to how many differences SciPy counts all signs: without ties and zeros, and with them. */
const EXACT_SIZE = 50
const EXACT_SIZE_WITH_TIES = 13

/**
 * The p-value of Wilcoxon's signed-rank test.
 *
 * @param differences no NaN.
 * @returns NaN without differences.
 */
export function signedRankTest(differences: readonly number[], options: SignedRankOptions = {}): number {
  const { alternative = 'two-sided', zeros = 'drop', approximate = 'never' } = options
  const used = differences.filter((d) => d !== 0 || zeros === 'split')
  if (used.length === 0) return Number.NaN
  const { doubled, ties } = doubledRanks(used.map(Math.abs))
  const hasTies = ties.some((size) => size > 1) || used.includes(0)
  const [below, above] =
    approximate === 'large' && used.length > (hasTies ? EXACT_SIZE_WITH_TIES : EXACT_SIZE)
      ? approximateTails(used, doubled, ties)
      : exactTails(used, doubled)
  if (alternative === 'less') return below
  return alternative === 'greater' ? above : Math.min(1, 2 * Math.min(below, above))
}

/** Twice the ranks, so that the mean of tied ranks is whole, and how many values share each of the ranks. */
function doubledRanks(sizes: readonly number[]): { doubled: Float64Array; ties: number[] } {
  const order = Array.from(sizes.keys()).sort((i, j) => compare(sizes[i] as number, sizes[j] as number))
  const doubled = new Float64Array(sizes.length)
  const ties: number[] = []
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && sizes[order[end] as number] === sizes[order[start] as number]) end++
    // Ranks start + 1 to end, tied.
    for (let k = start; k < end; k++) doubled[order[k] as number] = start + 1 + end
    ties.push(end - start)
    start = end
  }
  return { doubled, ties }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** P(W ≤ w) and P(W ≥ w) over all ways to give the ranks their signs. The part of zeros in W is the same in all. */
function exactTails(differences: readonly number[], doubled: Float64Array): [number, number] {
  const ranks = doubled.filter((_, i) => differences[i] !== 0)
  const observed = doubled.reduce((sum, rank, i) => ((differences[i] as number) > 0 ? sum + rank : sum), 0)
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  // share[s]: the probability that the positive ranks sum up to s.
  const share = new Float64Array(total + 1)
  share[0] = 1
  let most = 0
  for (const rank of ranks) {
    most += rank
    for (let s = most; s >= 0; s--)
      share[s] = 0.5 * ((share[s] as number) + (s < rank ? 0 : (share[s - rank] as number)))
  }
  let [below, above] = [0, 0]
  for (let s = 0; s <= observed; s++) below += share[s] as number
  for (let s = total; s >= observed; s--) above += share[s] as number
  return [below, above]
}

/**
 * P(W ≤ w) and P(W ≥ w) where W is normal with mean n(n+1)/4 and variance
 * (n(n+1)(2n+1) - ½ Σ (t³ - t)) / 24 over the sizes t of ties, without a correction for continuity.
 */
function approximateTails(
  differences: readonly number[],
  doubled: Float64Array,
  ties: readonly number[],
): [number, number] {
  const n = differences.length
  const w = doubled.reduce((sum, rank, i) => sum + (rank / 4) * (1 + Math.sign(differences[i] as number)), 0)
  const tied = ties.reduce((sum, t) => sum + t ** 3 - t, 0)
  const z = (w - (n * (n + 1)) / 4) / Math.sqrt((n * (n + 1) * (2 * n + 1) - tied / 2) / 24)
  return [0.5 * erfc(-z * Math.SQRT1_2), 0.5 * erfc(z * Math.SQRT1_2)]
}
