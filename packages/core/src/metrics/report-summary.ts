import type { Direction } from '../study/direction.ts'

/** Which of the reported values is an evaluation's value where it names none itself. */
export type Reduction = 'last' | 'best' | 'mean'

/** The values that one metric was reported with, as far as a reduction needs them: a few numbers, however many came. */
export class ReportSummary {
  #count = 0
  #mean = 0
  #best = Number.NaN
  #last = Number.NaN
  #lastStep = Number.NEGATIVE_INFINITY
  readonly #sign: number

  constructor(direction: Direction) {
    this.#sign = direction === 'minimize' ? 1 : -1
  }

  /** Takes in a report. NaN is no best, and makes the mean NaN. */
  add(value: number, step: number): void {
    this.#count++
    this.#mean += (value - this.#mean) / this.#count
    if (!(this.#sign * value >= this.#sign * this.#best) && !Number.isNaN(value)) this.#best = value
    if (step < this.#lastStep) return
    this.#last = value
    this.#lastStep = step
  }

  /** The value; `undefined` where nothing was reported. */
  value(how: Reduction): number | undefined {
    if (this.#count === 0) return undefined
    return how === 'last' ? this.#last : how === 'best' ? this.#best : this.#mean
  }
}
