/** No bandwidth is narrower than this part of the range. */
export const MOST_KERNELS_ACROSS = 100

/**
 * The bandwidth of each kernel, the prior's last: the larger distance to a neighbour, the ends of the range counting
 * as neighbours only of a single observation; never below range / min(100, n + 2), never above the range.
 *
 * Few kernels are further from a neighbour than that least bandwidth: when there are many, their distances cannot all
 * be large. So only the wide gaps are looked for, which needs no sorting.
 *
 * Source: S. Watanabe, arXiv:2304.11127 (magic clipping); defaults as in Optuna 5. Where observations
 * coincide, the first of them is taken for the leftmost.
 *
 * @param mus the observations; none is NaN.
 */
export function bandwidths(mus: Float64Array, low: number, high: number): Float64Array {
  const n = mus.length
  const range = high - low
  const least = range / Math.min(MOST_KERNELS_ACROSS, n + 2)
  const sigmas = new Float64Array(n + 1).fill(least)
  sigmas[n] = range
  const widen = (k: number, gap: number) => {
    sigmas[k] = Math.min(Math.max(sigmas[k] as number, gap), range)
  }
  if (n === 1) widen(0, Math.max((mus[0] as number) - low, high - (mus[0] as number)))
  const marks = landmarks(mus, low, high, least)
  for (let i = 1; i < marks.length; i++) {
    const [left, right] = [marks[i - 1] as number, marks[i] as number]
    if (right - left <= least) continue
    widen(mus.lastIndexOf(left), right - left)
    widen(mus.indexOf(right), right - left)
  }
  return sigmas
}

/**
 * Some of the values in increasing order, among them both sides of every gap wider than `least`: the smallest and the
 * largest of each cell of that width. Outside the range there are no cells; then all values, sorted.
 */
function landmarks(mus: Float64Array, low: number, high: number, least: number): Float64Array {
  const cells = Math.ceil((high - low) / least) + 1
  const smallest = new Float64Array(cells).fill(Number.POSITIVE_INFINITY)
  const largest = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY)
  const perLeast = 1 / least
  for (let k = 0; k < mus.length; k++) {
    const mu = mus[k] as number
    if (!(mu >= low && mu <= high)) return mus.slice().sort()
    const cell = Math.floor((mu - low) * perLeast)
    if (mu < (smallest[cell] as number)) smallest[cell] = mu
    if (mu > (largest[cell] as number)) largest[cell] = mu
  }
  const marks = new Float64Array(2 * cells)
  let count = 0
  for (let cell = 0; cell < cells; cell++) {
    if ((smallest[cell] as number) > (largest[cell] as number)) continue
    marks[count++] = smallest[cell] as number
    marks[count++] = largest[cell] as number
  }
  return marks.subarray(0, count)
}
