/**
 * A margin for discrete parameters: the distribution never gets so narrow that a neighbouring value is as good as
 * never sampled, or the search would stand still in one cell.
 *
 * Source: R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with Margin: Lower-Bounding Marginal Probability for
 * Mixed-Integer Black-Box Optimization", GECCO 2022 (arXiv:2205.13482). A sample x stands for the cell of the place
 * m + A (x - m), with a diagonal matrix A that is adapted here.
 */
import { erfc } from '../../numeric/error-function.ts'
import { truncatedNormalQuantile } from '../../numeric/truncated-normal.ts'
import type { Cells, Coordinate } from './coordinates.ts'

/** Probabilities stay this far from 0 and 1/2, where a quantile or a width would be infinite or 0. */
const LEAST_PROBABILITY = 1e-10

/** A distribution's mean, and the diagonal of A. */
export interface Margin {
  readonly mean: Float64Array
  readonly scales: Float64Array
}

/**
 * Moves the mean and the scales so that at least a part α of the samples lies in other cells than the mean does.
 *
 * @param deviations σ √C_jj
 * @param alpha α = 1 / (n λ)
 */
export function withMargin(
  { mean, scales }: Margin,
  deviations: Float64Array,
  coordinates: readonly Coordinate[],
  alpha: number,
): Margin {
  const moved = { mean: mean.slice(), scales: scales.slice() }
  for (const [j, { cells }] of coordinates.entries()) {
    if (cells === null) continue
    const m = mean[j] as number
    const deviation = deviations[j] as number
    const [lower, upper] = edgesAround(cells, m)
    const scale = scales[j] as number
    const below = normalCdf((lower - m) / (deviation * scale))
    const above = normalCdf((m - upper) / (deviation * scale))
    if (Math.max(below, above) > 0.5) {
      // The mean is in the first or the last cell, which has one edge only.
      if (Math.min(below, above) >= alpha) continue
      moved.mean[j] = upper + Math.sign(m - upper) * deviation * scale * deviationsFor(alpha)
    } else {
      const [p, q] = atLeast(alpha / 2, below, above)
      const [dp, dq] = [deviationsFor(p), deviationsFor(q)]
      moved.scales[j] = (upper - lower) / ((dp + dq) * deviation)
      moved.mean[j] = (lower * dq + upper * dp) / (dp + dq)
    }
  }
  return moved
}

/** The nearest edges below and above the cell of a place; in the first or last cell both are its only edge. */
function edgesAround(cells: Cells, place: number): [number, number] {
  const index = cells.indexAt(place)
  const last = cells.count - 2
  return [cells.edge(Math.min(Math.max(index - 1, 0), last)), cells.edge(Math.min(index, last))]
}

/** Raises two probabilities to a least one, at the cost of what lies between, and of the other where it is larger. */
function atLeast(least: number, below: number, above: number): [number, number] {
  const between = 1 - (below + above)
  const [p, q] = [Math.max(below, least), Math.max(above, least)]
  const excess = (1 - p - q - between) / (p + between + q - 3 * least)
  return [clip(p + excess * (p - least)), clip(q + excess * (q - least))]
}

function clip(p: number): number {
  return Math.min(Math.max(p, LEAST_PROBABILITY), 0.5 - LEAST_PROBABILITY)
}

function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2)
}

/** How many standard deviations from the mean a tail of probability p begins: √χ²_ppf(1 - 2 p). */
function deviationsFor(p: number): number {
  return -truncatedNormalQuantile(p, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
}
