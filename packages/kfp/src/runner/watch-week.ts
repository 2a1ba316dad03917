import { isTuneError, type RunEvent } from '@tune/core'
import type { Run } from '../api/index.ts'
import { isFinal } from '../client/run-state.ts'
import { daysOver, signatureOf, wasTerminated } from './run-progress.ts'
import type { RunnerParts } from './runner-parts.ts'
import type { WeekReference } from './week-run.ts'

/** The end of a run that is not tried again. */
const lost = (failure: string): RunEvent => ({ kind: 'end', failure, retry: false })

/** Follows a run: a result for each day that is over, and its end. */
export async function* watchWeek(
  parts: RunnerParts,
  { run: id }: WeekReference,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const { clock, stuckAfterMs, client } = parts
  const days = new Days(parts)
  let signature = ''
  let changedAt = clock.now()
  let over: number | undefined = 0
  for await (const run of parts.watcher.watch(id, signal)) {
    if (run === 'gone') return yield lost(`the run ${id} is gone`)
    const now = signatureOf(run)
    const isOver = isFinal(run.state)
    const count = daysOver(run)
    if (isOver || count === undefined || count !== over) {
      over = (await days.read(run, isOver, signal)) ? count : over
      yield* days.news()
    }
    if (isOver) return yield endOf(run)
    if (now !== signature) {
      signature = now
      changedAt = clock.now()
    } else if (clock.now() - changedAt >= stuckAfterMs) {
      await client.runs.terminate(id)
      return yield lost(
        `the run '${run.display_name}' was stuck: nothing happened for ${Math.round(stuckAfterMs / 1000)} s`,
      )
    }
  }
}

/** How a run ended, should a day be missing. */
function endOf(run: Run): RunEvent {
  const { display_name, error } = run
  if (wasTerminated(run)) return lost(`the run '${display_name}' was terminated`)
  const why = error?.message === undefined ? '' : ` (${error.message.replaceAll(/\s+/g, ' ').slice(0, 300)})`
  return { kind: 'end', failure: `the run '${display_name}' has no profit${why}` }
}

/** The days of a run, as far as they are known. */
class Days {
  readonly #parts: RunnerParts
  readonly #profits = new Map<string, number>()
  readonly #told = new Set<string>()

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /** Takes in what a run has made. @returns whether it could be read; at the end of the run it must */
  async read(run: Run, isOver: boolean, signal: AbortSignal): Promise<boolean> {
    try {
      for await (const { day, profit } of this.#parts.days.read(run, signal))
        if (Number.isFinite(profit)) this.#profits.set(day, profit)
      return true
    } catch (error) {
      if (isOver || !isTuneError(error)) throw error
      return false
    }
  }

  /** A result for each day that has not been told. */
  *news(): Generator<RunEvent> {
    for (const [instance, profit] of this.#profits) {
      if (this.#told.has(instance)) continue
      this.#told.add(instance)
      yield { kind: 'result', instance, metrics: { profit } }
    }
  }
}
