/**
 * The two-sided p-value of Wilcoxon's signed-rank test, exact: of all ways to give the ranks their signs, the share whose
 * sum of positive ranks is as far from the middle as the observed one.
 *
 * Source: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945. Zero differences are
 * left out; ties share their mean rank.
 */
export function wilcoxonP(differences: readonly number[]): number {
  const used = differences.filter((d) => d !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b))
  // Twice the rank, so that the mean of tied ranks is whole.
  const ranks = used.map((d) => {
    const tied = used.flatMap((other, i) => (Math.abs(other) === Math.abs(d) ? [i + 1] : []))
    return (2 * tied.reduce((a, b) => a + b, 0)) / tied.length
  })
  const total = ranks.reduce((a, b) => a + b, 0)
  const farness = (positive: number) => Math.abs(positive - total / 2)
  const observed = farness(ranks.reduce((sum, rank, i) => sum + ((used[i] as number) > 0 ? rank : 0), 0))
  // ways[s]: how many sets of ranks have the sum s.
  const ways = new Float64Array(total + 1)
  ways[0] = 1
  for (const rank of ranks) {
    for (let s = total; s >= rank; s--) ways[s] = (ways[s] as number) + (ways[s - rank] as number)
  }
  const extreme = ways.reduce((sum, count, s) => (farness(s) >= observed ? sum + count : sum), 0)
  return extreme / 2 ** ranks.length
}
