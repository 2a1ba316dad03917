import { type FrozenTrial, isFinished } from '../trial/index.ts'
import type { History } from './history.ts'
import { COMPLETE } from './history-snapshot.ts'
import { type ReportedTrial, reportedTrial, silentTrial } from './reported-trial.ts'

/**
 * What pruners know of the finished trials of a study. Those that reported are kept as they come; of the others the
 * history knows enough, and they cost nothing until a pruner asks.
 */
export class ReportedTrials {
  readonly #history: History
  readonly #directions: number
  readonly #all: ReportedTrial[] = []
  readonly #reported = new Set<number>()
  /** Up to which row of the history {@link all} knows the trials without reports. */
  #rows = 0

  constructor(history: History, directions: number) {
    this.#history = history
    this.#directions = directions
  }

  take(trial: FrozenTrial): void {
    const known = reportedTrial(trial, this.#directions)
    if (!isFinished(trial.state) || known.reports.steps.length === 0) return
    this.#all.push(known)
    this.#reported.add(trial.number)
  }

  /** In any order. */
  all(): readonly ReportedTrial[] {
    const { size, numbers, states, values, violations } = this.#history.snapshot()
    for (; this.#rows < size; this.#rows++) {
      const row = this.#rows
      const number = numbers[row] as number
      if (this.#reported.has(number)) continue
      const last = values.map((column) => column[row] as number)
      this.#all.push(
        silentTrial(
          number,
          states[row] === COMPLETE ? 'complete' : 'pruned',
          last.some(Number.isNaN) ? null : last,
          violations[row] === 0,
          this.#directions,
        ),
      )
    }
    return this.#all
  }
}
