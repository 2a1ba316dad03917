import { continues } from './continues.ts'
import type { HistorySnapshot } from './history-snapshot.ts'

/** How many results are kept; the one that was made first goes first. */
const KEPT = 16

/**
 * What a sampler puts together from the rows of a history one by one, kept so that a history that has grown costs only
 * its new rows. A cache: what it gives never depends on what it was asked before.
 */
export class HistoryFold<Result> {
  readonly #kept = new Map<string, { history: HistorySnapshot; readonly result: Result }>()

  /**
   * The result of all rows.
   *
   * @param key all else that it depends on.
   * @param start makes the result of no rows.
   * @param take adds a row to it; in which order the rows come must not matter.
   */
  of(
    key: string,
    history: HistorySnapshot,
    start: () => Result,
    take: (result: Result, row: number) => void,
  ): Result {
    let kept = this.#kept.get(key)
    if (kept === undefined || !continues(history, kept.history)) {
      kept = { history: { ...history, size: 0 }, result: start() }
      this.#kept.delete(key)
      this.#kept.set(key, kept)
    }
    for (let row = kept.history.size; row < history.size; row++) take(kept.result, row)
    kept.history = history
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest)
    return kept.result
  }
}
