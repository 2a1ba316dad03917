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

/** A front is thinned out until it makes no more boxes than this. */
const MOST_BOXES = 1500

/** Losses of what is known to be feasible in one sample, running trials as they turn out in it. */
type Known = readonly (readonly number[])[]

export function acquisitionOf(model: Model, observations: Observations): Acquisition {
  const [objective] = model.objectives
  const pending = pendingOutcomes(model)
  const observed = feasibleLosses(model, observations)
  const known: Known[] = pending.map((outcomes) => [...observed, ...outcomes])
  const utilities: Utility[] = model.constraints.map(
    ({ surrogate, limit }) => new Feasibility(surrogate, limit),
  )
  if (objective !== undefined && model.objectives.length === 1) {
    const best = known.map((losses) => losses.reduce((min, [loss = 0]) => Math.min(min, loss), Infinity))
    utilities.push(new Improvement(objective, Float64Array.from(best)))
  } else if (observed.length > 0) {
    const reference = referencePoint(observed)
    utilities.push(
      new HypervolumeImprovement(
        model.objectives,
        known.map((losses) => nondominatedBoxes(front(losses, reference), reference)),
      ),
    )
  }
  return new Acquisition(utilities, model.samples)
}

/** The observed trials that are feasible and that no other dominates. */
export function incumbents(model: Model, { isFeasible }: Observations): number[] {
  const rows = Array.from(isFeasible.keys()).filter((row) => isFeasible[row])
  const ranks = nondominationRanks(rows.map((row) => lossesAt(model, row)))
  return rows.filter((_, i) => ranks[i] === 0)
}

function feasibleLosses(model: Model, { isFeasible }: Observations): Known {
  return Array.from(isFeasible.keys())
    .filter((row) => isFeasible[row])
    .map((row) => lossesAt(model, row))
}

function lossesAt(model: Model, row: number): number[] {
  return model.losses.map((losses) => losses[row] as number)
}

/** By sample: the losses of the running trials that turn out to be feasible. */
function pendingOutcomes({ pending, objectives, constraints, samples }: Model): Known[] {
  const outcomes: number[][][] = Array.from({ length: samples }, () => [])
  const dimension = pending.count === 0 ? 0 : pending.coordinates.length / pending.count
  for (let j = 0; j < pending.count; j++) {
    const point = pending.coordinates.subarray(j * dimension, (j + 1) * dimension)
    for (const surrogate of objectives) surrogate.at(point)
    for (const { surrogate } of constraints) surrogate.at(point)
    for (const [m, feasible] of outcomes.entries()) {
      if (constraints.every(({ surrogate, limit }) => surrogate.mean(m) <= limit))
        feasible.push(objectives.map((surrogate) => surrogate.mean(m)))
    }
  }
  return outcomes
}

/** A little worse than the worst in each objective, as in Optuna. */
function referencePoint(losses: Known): number[] {
  return (losses[0] as readonly number[]).map((_, i) => {
    const worst = losses.reduce((max, point) => Math.max(max, point[i] as number), Number.NEGATIVE_INFINITY)
    return Math.max(1.1 * worst, 0.9 * worst) + Number.EPSILON
  })
}

/** The points that no other dominates, or those of them that together dominate most. */
function front(losses: Known, reference: readonly number[]): Known {
  const ranks = nondominationRanks(losses)
  const best = losses.filter((_, i) => ranks[i] === 0)
  const size = mostPoints(reference.length)
  if (best.length <= size) return best
  return selectByHypervolume(best, size, reference).map((i) => best[i] as readonly number[])
}

/** n points in m objectives make at most C(n + m - 1, m - 1) boxes. */
function mostPoints(objectives: number): number {
  for (let n = 1; ; n++) {
    let boxes = 1
    for (let k = 1; k < objectives; k++) boxes *= (n + k) / k
    if (boxes > MOST_BOXES) return Math.max(n - 1, 1)
  }
}
