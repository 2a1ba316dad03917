import { isTuneError, type Runner, type RunnerTrial, type RunReference, systemClock } from '@tune/core'
import { repeat } from '../client/repeat.ts'
import { DayMemo } from './day-memo.ts'
import { RunWatcher } from './run-watcher.ts'
import type { KfpRunnerOptions, RunnerParts } from './runner-parts.ts'
import { watchWeek } from './watch-week.ts'
import { asWeekReference, nameAgain, runName, type WeekReference, weekRun } from './week-run.ts'

/** How often a creation that the server could not take is tried again: about two minutes. */
const CREATE_RETRIES = 8

/** The mean: what a week brought. */
const mean = (profits: readonly number[]) => profits.reduce((sum, profit) => sum + profit, 0) / profits.length

/**
 * Evaluates each trial as a run of a simulation pipeline.
 *
 * The run is found by its name wherever it was started, so that no trial has two. Each day is an intermediate value; its
 * step is the day's place among the days. Days that fail are simulated again alone; days that were simulated before with
 * the same parameters and the same container are taken from memory. A week of which a day is missing has no value.
 */
export function kfpRunner(options: KfpRunnerOptions): Runner {
  const { client, experimentId, simulation, serviceAccount, intervalMs = 5000 } = options
  const { patienceMs = 3_600_000, stuckAfterMs = 3_600_000, dayRetries = 1, clock = systemClock } = options
  const watcher = new RunWatcher({ client, experimentId, intervalMs, patienceMs, clock })
  const begin: RunnerParts['begin'] = async (name, days, reference, signal) => {
    const { version } = await client.server({ signal })
    const run = {
      display_name: name,
      experiment_id: experimentId,
      ...weekRun(simulation, days, reference, version),
      ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    }
    // Each attempt looks first whether one before was heard after all.
    const once = () => client.runs.createOnce(run, { signal })
    return (await repeat(once, { retries: CREATE_RETRIES }, signal)).run_id
  }
  const settings = { patienceMs, stuckAfterMs, dayRetries, intervalMs, clock }
  const memo = new DayMemo(simulation)
  const parts: RunnerParts = { value: mean, ...options, ...settings, watcher, memo, begin }
  return {
    name: 'kfp',
    start: (trial, signal) => start(parts, trial, signal),
    watch: (reference, signal) => watchWeek(parts, asWeekReference(reference), signal),
    stop: (reference) => stop(parts, asWeekReference(reference).name),
    [Symbol.asyncDispose]: async () => watcher[Symbol.dispose](),
  }
}

async function start(parts: RunnerParts, trial: RunnerTrial, signal: AbortSignal): Promise<RunReference> {
  const { params } = trial
  const name = runName(trial)
  const known: Record<string, number> = {}
  for (const day of parts.simulation.days) {
    const profit = parts.memo.get(params, day)
    if (profit !== undefined) known[day] = profit
  }
  const reference: WeekReference = { name, trial: `${trial.study}/${trial.number}`, params, known }
  const days = parts.simulation.days.filter((day) => !Object.hasOwn(known, day))
  if (days.length === 0) return reference
  try {
    return { ...reference, run: await parts.begin(name, days, reference, signal) }
  } catch (error) {
    // Nobody will ever know a reference to what may have been started.
    if (signal.aborted && !isTuneError(signal.reason, 'LEASE_LOST', 'STUDY_CLOSED')) await stop(parts, name)
    throw error
  }
}

/** Ends all attempts of a trial that the server knows. One that is over needs no end. */
async function stop({ client, experimentId, dayRetries }: RunnerParts, name: string): Promise<void> {
  const names = [name, ...Array.from({ length: dayRetries }, (_, index) => nameAgain(name, index + 1))]
  for (const each of names) {
    const run = await client.runs.find(each, experimentId)
    if (run === undefined) continue
    await client.runs.terminate(run.run_id).catch((error: unknown) => {
      if (!isTuneError(error, 'KFP_REFUSED', 'KFP_NOT_FOUND', 'KFP_CONFLICT')) throw error
    })
  }
}
