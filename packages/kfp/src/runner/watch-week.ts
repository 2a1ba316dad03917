import { isTuneError, type RunEvent } from '@tune/core'
import type { Run } from '../api/index.ts'
import { isFinal } from '../client/run-state.ts'
import { daysOver, signatureOf, wasTerminated } from './run-progress.ts'
import type { RunnerParts } from './runner-parts.ts'
import { nameAgain, type WeekReference } from './week-run.ts'

const failed = (reason: string): RunEvent => ({ kind: 'end', told: { state: 'failed', reason } })

/** Follows the evaluation of a trial to its end, over all attempts at its days. */
export async function* watchWeek(
  parts: RunnerParts,
  reference: WeekReference,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const week = new Week(parts, reference)
  yield* week.news()
  let run = reference.run
  for (let attempt = 1; run !== undefined; attempt++) {
    const last = yield* follow(parts, week, run, signal)
    if (signal.aborted) return
    if (typeof last === 'string') return yield failed(last)
    yield* week.news()
    if (week.missing.length === 0) break
    if (wasTerminated(last)) return yield failed(`the run '${last.display_name}' was terminated`)
    if (attempt > parts.dayRetries) return yield failed(reasonOf(last, week.missing))
    run = await parts.begin(nameAgain(reference.name, attempt), week.missing, reference, signal)
  }
  yield { kind: 'end', told: parts.value(week.profits) }
}

/** Follows one run. @returns the run at its end; or in words why there is none */
async function* follow(
  parts: RunnerParts,
  week: Week,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Run | string> {
  const { clock, stuckAfterMs, client } = parts
  let signature = ''
  let changedAt = clock.now()
  let over: number | undefined = 0
  for await (const run of parts.watcher.watch(id, signal)) {
    if (run === 'gone') return `the run ${id} is gone`
    const now = signatureOf(run)
    const isOver = isFinal(run.state)
    const count = daysOver(run)
    if (isOver || count === undefined || count !== over) {
      over = (await week.read(run, isOver, signal)) ? count : over
      yield* week.news()
    }
    if (isOver) return run
    if (now !== signature) {
      signature = now
      changedAt = clock.now()
    } else if (clock.now() - changedAt >= stuckAfterMs) {
      await client.runs.terminate(id)
      return `the run '${run.display_name}' was stuck: nothing happened for ${Math.round(stuckAfterMs / 1000)} s`
    }
  }
  return `the run ${id} was left`
}

function reasonOf({ display_name, error }: Run, missing: readonly string[]): string {
  const why = error?.message === undefined ? '' : ` (${error.message.replaceAll(/\s+/g, ' ').slice(0, 300)})`
  return `the run '${display_name}' has no profit of ${missing.join(', ')}${why}`
}

/** The days of a trial, as far as they are known. */
class Week {
  readonly #parts: RunnerParts
  readonly #reference: WeekReference
  readonly #profits: Map<string, number>
  readonly #told = new Set<string>()

  constructor(parts: RunnerParts, reference: WeekReference) {
    this.#parts = parts
    this.#reference = reference
    this.#profits = new Map(Object.entries(reference.known))
  }

  get #days(): readonly string[] {
    return this.#parts.simulation.days
  }

  get missing(): readonly string[] {
    return this.#days.filter((day) => !this.#profits.has(day))
  }

  get profits(): readonly number[] {
    return this.#days.flatMap((day) => this.#profits.get(day) ?? [])
  }

  /** Takes in what a run has made. @returns whether it could be read; at the end of the run it must */
  async read(run: Run, isOver: boolean, signal: AbortSignal): Promise<boolean> {
    try {
      for await (const { day, profit } of this.#parts.days.read(run, signal)) {
        if (!Number.isFinite(profit)) continue
        this.#profits.set(day, profit)
        this.#parts.memo.put(this.#reference.params, day, profit)
      }
      return true
    } catch (error) {
      if (isOver || !isTuneError(error)) throw error
      return false
    }
  }

  /** A report for each day that has not been told. */
  *news(): Generator<RunEvent> {
    for (const [step, day] of this.#days.entries()) {
      const value = this.#profits.get(day)
      if (value === undefined || this.#told.has(day)) continue
      this.#told.add(day)
      yield { kind: 'report', step, value }
    }
  }
}
