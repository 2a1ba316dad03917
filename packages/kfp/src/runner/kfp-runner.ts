import { type Runner, type StudyId, systemClock, TuneError } from '@tune/core'
import { isOfInstances } from '../outputs/metric-source.ts'
import { FinishedRuns } from './finished-runs.ts'
import type { KfpRunnerOptions } from './kfp-runner-options.ts'
import { RunEnder } from './run-ender.ts'
import { asRunReference } from './run-reference.ts'
import { RunWatcher } from './run-watcher.ts'
import type { RunnerParts } from './runner-parts.ts'
import { startRun } from './start-run.ts'
import { watchRun } from './watch-run.ts'

function assertReadable({ metrics, outputs, files }: KfpRunnerOptions): void {
  for (const [name, source] of Object.entries(metrics)) {
    const [what, reader] = 'file' in source ? (['files', files] as const) : (['outputs', outputs] as const)
    if (reader !== undefined) continue
    throw new TuneError('INVALID_ARGUMENT', `${what}: it is missing; the metric '${name}' is read from there`)
  }
}

/**
 * Evaluates trials as runs of a pipeline. The metrics of a run are outputs of its tasks: of the whole, or of instances,
 * which are iterations of a loop or tasks of their own.
 *
 * A run is found again by its name, wherever it was started. One that waits in a queue, whose server is away for a while,
 * or whose outputs cannot be read yet, is waited for.
 *
 * @throws TuneError INVALID_ARGUMENT a metric is where nothing is read
 */
export function kfpRunner(options: KfpRunnerOptions): Runner {
  const { client, experimentId, metrics, intervalMs = 5000 } = options
  assertReadable(options)
  const { patienceMs = 3_600_000, stuckAfterMs = 3_600_000, clock = systemClock } = options
  const studies = new Map<StudyId, () => Promise<ReadonlySet<number>>>()
  const ender = new RunEnder(client, experimentId, studies)
  const retention = options.finished
  const finished = new FinishedRuns({ client, experimentId, clock, retention, studies })
  const watcher = new RunWatcher({ client, experimentId, intervalMs, patienceMs, clock, ender, finished })
  const parts: RunnerParts = { ...options, patienceMs, stuckAfterMs, intervalMs, clock, watcher, ender }
  return {
    name: 'kfp',
    takesAllInstances: Object.values(metrics).some(isOfInstances),
    start: (request, signal) => startRun(parts, request, signal),
    watch: (reference, signal) => watchRun(parts, asRunReference(reference), signal),
    stop: (reference) => {
      const { run, name } = asRunReference(reference)
      return ender.end({ run_id: run, display_name: name })
    },
    endLeftovers: async (studyId, running) => {
      studies.set(studyId, running)
      await watcher.look()
    },
    [Symbol.asyncDispose]: async () => {
      watcher[Symbol.dispose]()
      if (ender.hasUnheard) await watcher.look()
    },
  }
}
