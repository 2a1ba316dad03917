import type { Trial } from '../trial/trial.ts'
import type { Measure } from './measure.ts'

/** Of the trials that this process runs: what they are a part of. */
const measures = new WeakMap<object, Measure>()

/** Lets what a trial does be a part of its measure. */
export function keepMeasure(trial: Trial<unknown>, measure: Measure): void {
  measures.set(trial, measure)
}

/** Does something for a trial. */
export function forTrial<T>(trial: object, work: () => T): T {
  const measure = measures.get(trial)
  return measure === undefined ? work() : measure.run(work)
}
