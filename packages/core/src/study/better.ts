import { type FrozenTrial, violation } from '../trial/index.ts'
import type { Direction } from './direction.ts'

/** Whether the trial has values and breaks no constraint: only such a trial can be the best. */
export function isEligible(trial: FrozenTrial): boolean {
  return trial.state === 'complete' && trial.values !== null && violation(trial.systemAttributes) === 0
}

/** Whether value `a` is strictly better than `b`. */
function isBetter(a: number, b: number, direction: Direction): boolean {
  return direction === 'minimize' ? a < b : a > b
}

/** The better of two eligible trials of a study with one direction; the earlier one when they tie. */
export function betterTrial(a: FrozenTrial, b: FrozenTrial, direction: Direction): FrozenTrial {
  const [x, y] = [a.values?.[0] as number, b.values?.[0] as number]
  if (x === y) return a.number < b.number ? a : b
  return isBetter(x, y, direction) ? a : b
}

function dominates(a: FrozenTrial, b: FrozenTrial, directions: readonly Direction[]): boolean {
  let strictly = false
  for (const [i, direction] of directions.entries()) {
    const [x, y] = [a.values?.[i] as number, b.values?.[i] as number]
    if (isBetter(y, x, direction)) return false
    if (isBetter(x, y, direction)) strictly = true
  }
  return strictly
}

/** The eligible trials that no other eligible trial dominates (the Pareto front), by number. */
export function paretoFront(
  trials: readonly FrozenTrial[],
  directions: readonly Direction[],
): readonly FrozenTrial[] {
  const front: FrozenTrial[] = []
  for (const trial of trials.filter(isEligible)) {
    if (front.some((other) => dominates(other, trial, directions))) continue
    const kept = front.filter((other) => !dominates(trial, other, directions))
    front.splice(0, front.length, ...kept, trial)
  }
  return front
}
