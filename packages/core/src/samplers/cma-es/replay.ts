import type { HistorySnapshot } from '../../history/index.ts'
import type { Solution } from './evolution.ts'
import { type Generation, nextGeneration } from './generation.ts'
import { placeOf } from './place.ts'
import { lossOf, ranked } from './ranking.ts'
import { isConverged } from './restart.ts'
import type { Setup } from './setup.ts'

/** How many generations are kept at least, to go back to when a trial finishes late. */
const KEPT = 32

/** A generation, and where its trials begin among all. */
interface Stage {
  readonly generation: Generation
  readonly begin: number
}

/**
 * The state of a search, put together from the finished trials.
 *
 * Finished trials in the order of their numbers, λ at a time, are the generations. Each moves the distribution that the
 * next trials are sampled from, whatever it was itself sampled from: with many trials in flight most are of an older
 * distribution, and none is wasted. A trial that finishes late shifts those after it, and they are gone through again.
 */
export class Replay {
  readonly #setup: Setup
  /** Rows of the trials that have all parameters, by number. */
  readonly #rows: number[] = []
  /** The last generations; the newest has fewer trials than it needs, or was not asked for yet. */
  #stages: Stage[] = []

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** Takes in the trial of a row. */
  add(history: HistorySnapshot, row: number): void {
    const isWhole = this.#setup.coordinates.every((coordinate) =>
      Number.isFinite(coordinate.toUnit(history.params[coordinate.name]?.[row] ?? Number.NaN)),
    )
    if (!isWhole) return
    const number = history.numbers[row] as number
    let place = this.#rows.length
    while (place > 0 && (history.numbers[this.#rows[place - 1] as number] as number) > number) place--
    this.#rows.splice(place, 0, row)
    this.#stages = this.#stages.filter(({ begin }) => begin <= place)
  }

  /** The generation that the next trial is sampled from. */
  newest(history: HistorySnapshot): Generation {
    if (this.#stages.length === 0) this.#stages.push({ generation: this.#setup.first(), begin: 0 })
    for (;;) {
      const { generation, begin } = this.#stages.at(-1) as Stage
      const end = begin + generation.run.strategy.populationSize
      if (end > this.#rows.length) return generation
      const rows = this.#rows.slice(begin, end)
      this.#stages.push({ generation: this.#after(generation, history, rows), begin: end })
      if (this.#stages.length > 2 * KEPT) this.#stages.splice(0, KEPT)
    }
  }

  #after(generation: Generation, history: HistorySnapshot, rows: readonly number[]): Generation {
    const setup = this.#setup
    const losses = rows.map((row) => lossOf(history, row, setup.direction))
    const solutions = ranked(history, rows, setup.direction).map((row): Solution => {
      const params = setup.coordinates.map(({ name }) => history.params[name]?.[row] as number)
      return placeOf(setup, generation, history.numbers[row] as number, params)
    })
    const range = [Math.min(...losses), Math.max(...losses)] as const
    const next = nextGeneration(generation, setup.coordinates, solutions, range)
    // Without a restart the distribution stays as it was before it became too narrow to go on with.
    return isConverged(next) ? (setup.restarted(next) ?? generation) : next
  }
}
