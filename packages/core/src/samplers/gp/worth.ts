/** What the model makes worth trying: the acquisition, and the points known to be best. */

import { nondominationRanks } from '../../numeric/nondominated.ts'
import { nondominatedBoxes } from '../../numeric/nondominated-boxes.ts'
import { selectByHypervolume } from '../../numeric/subset-selection.ts'
import { Acquisition, type Utility } from './acquisition.ts'
import { Feasibility } from './feasibility.ts'
import { HypervolumeImprovement } from './hypervolume-improvement.ts'
import { Improvement } from './improvement.ts'
import type { Model } from './model.ts'
import type { Observations } from './observations.ts'
import type { Surrogate } from './surrogate.ts'

/** A front is thinned out until it makes no more boxes than this. */
const MOST_BOXES = 1500

/** Losses of several points. */
type Losses = readonly (readonly number[])[]

export function acquisitionOf(model: Model, observations: Observations): Acquisition {
  const utilities: Utility[] = model.constraints.map(
    ({ surrogate, limit }) => new Feasibility(surrogate, limit),
  )
  const known = [...feasibleLosses(model, observations), ...believedLosses(model)]
  const [objective] = model.objectives
  // Where nothing feasible is known, all that is feasible is worth the same.
  if (known.length > 0) {
    if (objective !== undefined && model.objectives.length === 1)
      utilities.push(new Improvement(objective, Math.min(...known.map(([loss = 0]) => loss))))
    else {
      const reference = referencePoint(known)
      const boxes = nondominatedBoxes(front(known, reference), reference)
      utilities.push(new HypervolumeImprovement(model.objectives, boxes))
    }
  }
  return new Acquisition(utilities)
}

/** The observed trials that are feasible and that no other dominates. */
export function incumbents(model: Model, { isFeasible }: Observations): number[] {
  const rows = Array.from(isFeasible.keys()).filter((row) => isFeasible[row])
  const ranks = nondominationRanks(rows.map((row) => lossesAt(model, row)))
  return rows.filter((_, i) => ranks[i] === 0)
}

function feasibleLosses(model: Model, { isFeasible }: Observations): Losses {
  return Array.from(isFeasible.keys())
    .filter((row) => isFeasible[row])
    .map((row) => lossesAt(model, row))
}

function lossesAt(model: Model, row: number): number[] {
  return model.losses.map((losses) => losses[row] as number)
}

/** Losses of the running trials that are believed to be feasible. */
function believedLosses({ pending, objectives, constraints }: Model): Losses {
  const dimension = pending.count === 0 ? 0 : pending.coordinates.length / pending.count
  const believed: number[][] = []
  for (let j = 0; j < pending.count; j++) {
    const point = pending.coordinates.subarray(j * dimension, (j + 1) * dimension)
    const meanOf = (surrogate: Surrogate) => {
      surrogate.at(point)
      return surrogate.mean
    }
    if (constraints.every(({ surrogate, limit }) => meanOf(surrogate) <= limit))
      believed.push(objectives.map(meanOf))
  }
  return believed
}

/**
 * As far beyond the front's worst value in each objective as evenly spread points of a front would lie apart: 1/H of
 * its extent, for n = C(H + m - 1, m - 1) points. So neither its ends nor its middle draw the search. Where the front
 * has no extent, the worst value of all points counts.
 *
 * Source: H. Ishibuchi et al., "How to Specify a Reference Point in Hypervolume Calculation for Fair Performance
 * Comparison", Evolutionary Computation 26(3), 2018.
 */
function referencePoint(losses: Losses): number[] {
  const ranks = nondominationRanks(losses)
  const best = losses.filter((_, i) => ranks[i] === 0)
  const [{ length: objectives }] = losses as [readonly number[]]
  let divisions = 1
  while (combinations(divisions + objectives, objectives - 1) <= best.length) divisions++
  return Array.from({ length: objectives }, (_, i) => {
    const [low, high] = extent(best, i)
    const worst = high > low ? high : extent(losses, i)[1]
    return worst + (worst - low) / divisions + Number.EPSILON
  })
}

function extent(losses: Losses, i: number): [number, number] {
  const values = losses.map((point) => point[i] as number)
  return [Math.min(...values), Math.max(...values)]
}

/** The points that no other dominates, or those of them that together dominate most. */
function front(losses: Losses, reference: readonly number[]): Losses {
  const ranks = nondominationRanks(losses)
  const best = losses.filter((_, i) => ranks[i] === 0)
  const size = mostPoints(reference.length)
  if (best.length <= size) return best
  return selectByHypervolume(best, size, reference).map((i) => best[i] as readonly number[])
}

/** n points in m objectives make at most C(n + m - 1, m - 1) boxes. */
function mostPoints(objectives: number): number {
  let n = 1
  while (combinations(n + objectives, objectives - 1) <= MOST_BOXES) n++
  return n
}

/** C(n, k) */
function combinations(n: number, k: number): number {
  let count = 1
  for (let i = 1; i <= k; i++) count *= (n - k + i) / i
  return count
}
