import { isTuneError, type Runner, type RunReference, type RunRequest, systemClock } from '@tune/core'
import { repeat } from '../client/repeat.ts'
import { RunWatcher } from './run-watcher.ts'
import type { KfpRunnerOptions, RunnerParts } from './runner-parts.ts'
import { watchWeek } from './watch-week.ts'
import { asWeekReference, runName, weekRun } from './week-run.ts'

/** How often a creation that the server could not take is tried again: about two minutes. */
const CREATE_RETRIES = 8

/**
 * Evaluates the days of a trial as a run of a simulation pipeline: the days are its instances, and the metric of each is
 * `profit`.
 *
 * The run is found by its name wherever it was started, so that no trial has two.
 */
export function kfpRunner(options: KfpRunnerOptions): Runner {
  const { client, experimentId, intervalMs = 5000 } = options
  const { patienceMs = 3_600_000, stuckAfterMs = 3_600_000, clock = systemClock } = options
  const watcher = new RunWatcher({ client, experimentId, intervalMs, patienceMs, clock })
  const parts: RunnerParts = { ...options, patienceMs, stuckAfterMs, intervalMs, clock, watcher }
  return {
    name: 'kfp',
    takesAllInstances: true,
    start: (request, signal) => start(parts, request, signal),
    watch: (reference, signal) => watchWeek(parts, asWeekReference(reference), signal),
    stop: (reference) => stop(parts, asWeekReference(reference).name),
    [Symbol.asyncDispose]: async () => watcher[Symbol.dispose](),
  }
}

async function start(parts: RunnerParts, request: RunRequest, signal: AbortSignal): Promise<RunReference> {
  const { client, experimentId, simulation, serviceAccount } = parts
  const name = runName(request)
  try {
    // Each attempt looks first whether one before was heard after all.
    const once = async () => {
      const { version } = await client.server({ signal })
      const run = {
        display_name: name,
        experiment_id: experimentId,
        ...weekRun(simulation, request, version),
        ...(serviceAccount !== undefined && { service_account: serviceAccount }),
      }
      return client.runs.createOnce(run, { signal })
    }
    return { name, run: (await repeat(once, { retries: CREATE_RETRIES }, signal)).run_id }
  } catch (error) {
    // Nobody will ever know a reference to what may have been started.
    if (signal.aborted && !isTuneError(signal.reason, 'LEASE_LOST', 'STUDY_CLOSED')) await stop(parts, name)
    throw error
  }
}

/** Ends a run that the server knows. One that is over needs no end. */
async function stop({ client, experimentId }: RunnerParts, name: string): Promise<void> {
  const run = await client.runs.find(name, experimentId)
  if (run === undefined) return
  await client.runs.terminate(run.run_id).catch((error: unknown) => {
    if (!isTuneError(error, 'KFP_REFUSED', 'KFP_NOT_FOUND', 'KFP_CONFLICT')) throw error
  })
}
