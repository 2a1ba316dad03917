/**
 * Spearman's rank correlation of pairs: Pearson's correlation of their ranks, ties sharing the mean of theirs.
 *
 * @returns from -1 to 1; NaN where one side does not vary.
 */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const [a, b] = [ranks(xs), ranks(ys)]
  const middle = (xs.length + 1) / 2
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, rank] of a.entries()) {
    const [da, db] = [rank - middle, (b[i] as number) - middle]
    ab += da * db
    aa += da * da
    bb += db * db
  }
  return ab / Math.sqrt(aa * bb)
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number))
  const result = values.map(() => 0)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++
    // Ranks start + 1 to end, tied.
    for (let k = start; k < end; k++) result[order[k] as number] = (start + 1 + end) / 2
    start = end
  }
  return result
}
