import { History, type ReportedTrial, ReportedTrials, reportedTrial } from '../history/index.ts'
import { ResultMemory } from '../runner/results.ts'
import type { Distribution } from '../space/index.ts'
import type { StudyId, StudyStorage, TrialCursor } from '../storage/study-storage.ts'
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
  /** What was evaluated before. */
  readonly results = new ResultMemory()
  readonly #counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  readonly #distributions = new Map<string, Distribution>()
  readonly #storage: StudyStorage
  readonly #studyId: StudyId
  readonly #directions: readonly Direction[]
  readonly #reported: ReportedTrials
  /** Trials that this process told the storage, and has not read back. */
  readonly #told = new Map<number, FrozenTrial>()
  #best: FrozenTrial | undefined
  #cursor: TrialCursor | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor(storage: StudyStorage, studyId: StudyId, directions: readonly Direction[]) {
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
    const told = [...this.#told.values()].filter(({ state }) => state !== 'failed')
    return [...this.#reported.all(), ...told.map((trial) => reportedTrial(trial, this.#directions.length))]
  }

  /** Takes in for pruners that this process has ended a trial, before it is read back. */
  told(trial: FrozenTrial): void {
    if (this.unfinished.has(trial.number)) this.#told.set(trial.number, trial)
  }

  /** Whether a trial that was last read as running has been ended by this process. */
  isTold(number: number): boolean {
    return this.#told.has(number)
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
    this.results.take(trial)
    for (const [name, { distribution }] of trial.params) {
      if (!this.#distributions.has(name)) this.#distributions.set(name, distribution)
    }
    if (!isFinished(trial.state)) {
      this.unfinished.set(trial.number, trial)
      return
    }
    this.unfinished.delete(trial.number)
    this.#told.delete(trial.number)
    this.history.append(trial)
    this.#reported.take(trial)
    const [direction] = this.#directions
    if (direction === undefined || this.#directions.length > 1 || !isEligible(trial)) return
    this.#best = this.#best === undefined ? trial : betterTrial(this.#best, trial, direction)
  }
}
