/**
 * The two-sided p-value of Wilcoxon's signed-rank test, exact: over all 2^n ways to give the ranks their signs.
 *
 * Source: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945. Zero differences are
 * left out; ties share their mean rank.
 *
 * @param differences at most 20 of them.
 */
export function wilcoxonP(differences: readonly number[]): number {
  const used = differences.filter((d) => d !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const ranks = used.map((d) => {
    const tied = used.flatMap((other, i) => (Math.abs(other) === Math.abs(d) ? [i + 1] : []))
    return tied.reduce((a, b) => a + b, 0) / tied.length
  })
  const total = ranks.reduce((a, b) => a + b, 0)
  const farness = (positive: number) => Math.abs(positive - total / 2)
  const observed = farness(ranks.reduce((sum, rank, i) => sum + ((used[i] as number) > 0 ? rank : 0), 0))
  let extreme = 0
  for (let signs = 0; signs < 2 ** ranks.length; signs++) {
    const positive = ranks.reduce((sum, rank, i) => sum + ((signs >> i) & 1) * rank, 0)
    // Ranks are whole or half, so that sums are exact.
    if (farness(positive) >= observed) extreme++
  }
  return extreme / 2 ** ranks.length
}
