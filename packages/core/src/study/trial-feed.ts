import { History, type ReportedTrial, ReportedTrials } from '../history/index.ts'
import { type Distribution } from '../space/index.ts'
import type { StudyStorage, TrialCursor } from '../storage/study-storage.ts'
import { type FrozenTrial, isFinished, type TrialState } from '../trial/index.ts'
import { betterTrial, isEligible } from './better.ts'
import type { Direction } from './direction.ts'

/** How many trials there are in each state. */
export type TrialCounts = Readonly<Record<TrialState, number>>

/**
 * A study's view of its storage, kept up to date by reading only what is new: the history for the sampler, reports
 * for the pruner, the trials that are not finished, counts, the best trial.
 */
export class TrialFeed {
  readonly history: History
  /** Waiting and running trials as last read, by number. */
  readonly unfinished = new Map<number, FrozenTrial>()
  readonly #counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  readonly #distributions = new Map<string, Distribution>()
  readonly #storage: StudyStorage
  readonly #studyId: number
  readonly #directions: readonly Direction[]
  readonly #reported: ReportedTrials
  #best: FrozenTrial | undefined
  #cursor: TrialCursor | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor(storage: StudyStorage, studyId: number, directions: readonly Direction[]) {
    this.#storage = storage
    this.#studyId = studyId
    this.#directions = directions
    this.history = new History(directions.length)
    this.#reported = new ReportedTrials(this.history, directions.length)
  }

  /** Takes in what changed. Calls queue up, so that no change is counted twice. */
  sync(): Promise<void> {
    const reading = this.#reading.then(() => this.#read())
    this.#reading = reading.catch(() => {})
    return reading
  }

  get counts(): TrialCounts {
    return { ...this.#counts }
  }

  /** The best feasible complete trial of a study with one direction. */
  get best(): FrozenTrial | undefined {
    return this.#best
  }

  /** What pruners know of the trials that are finished, in any order. */
  finished(): readonly ReportedTrial[] {
    return this.#reported.all()
  }

  /** The distribution under which a parameter was first seen. */
  distributionOf(name: string): Distribution | undefined {
    return this.#distributions.get(name)
  }

  async #read(): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const page = await this.#storage.readTrials(this.#studyId, this.#cursor)
      this.#cursor = page.cursor
      for (const trial of page.trials) this.#take(trial)
      hasMore = page.hasMore
    }
  }

  #take(trial: FrozenTrial): void {
    const before = this.unfinished.get(trial.number)
    if (before !== undefined) this.#counts[before.state]--
    this.#counts[trial.state]++
    for (const [name, { distribution }] of trial.params) {
      if (!this.#distributions.has(name)) this.#distributions.set(name, distribution)
    }
    if (!isFinished(trial.state)) {
      this.unfinished.set(trial.number, trial)
      return
    }
    this.unfinished.delete(trial.number)
    this.history.append(trial)
    this.#reported.take(trial)
    const [direction] = this.#directions
    if (direction === undefined || this.#directions.length > 1 || !isEligible(trial)) return
    this.#best = this.#best === undefined ? trial : betterTrial(this.#best, trial, direction)
  }
}
