import { HistoryFold } from '../../history/index.ts'
import { hasAll, rowHas } from '../finite/matches.ts'
import type { RemainingRequest } from '../sampler.ts'
import type { GridPoints } from './grid-points.ts'

/** Points of a grid by their numbers. */
interface Taken {
  readonly size: number
  has(point: number): boolean
}

/** Which points of grids finished and running trials took. */
export class TakenPoints {
  readonly #finished = new HistoryFold<Set<number>>()

  /** The taken points of a grid. Where values were chosen already, only trials with these count. */
  of(
    points: GridPoints,
    { history, pending, chosen = {} }: Pick<RemainingRequest, 'history' | 'pending' | 'chosen'>,
  ): Taken {
    const finished = this.#finished.of(
      JSON.stringify([points.description, chosen]),
      history,
      () => new Set(),
      (taken, row) => {
        const point = rowHas(history, row, chosen) ? points.pointOfRow(history, row) : -1
        if (point >= 0) taken.add(point)
      },
    )
    const running = new Set(
      pending.filter(({ params }) => hasAll(params, chosen)).map(({ params }) => points.pointOf(params)),
    )
    for (const point of running) if (point < 0 || finished.has(point)) running.delete(point)
    return {
      size: finished.size + running.size,
      has: (point) => finished.has(point) || running.has(point),
    }
  }
}
