import { join } from 'node:path'
import type { RuntimeState } from '@tune/kfp/api'
import pLimit, { type LimitFunction } from 'p-limit'
import { ApiError } from '../api/api-error.ts'
import { timestamp } from '../clock/now.ts'
import type { TaskFaults } from '../misbehaviour/task-faults.ts'
import { platformOf, specOf } from '../spec/components.ts'
import { runParameters } from '../spec/run-parameters.ts'
import { whereIn } from '../state/condition.ts'
import type { Stored, StoredRun } from '../state/stored.ts'
import type { TaskCache } from './cache.ts'
import type { Cluster } from './cluster.ts'
import type { LocalImages } from './images.ts'
import { executeRun } from './run-execution.ts'
import { TERMINATED } from './run-process.ts'
import { TaskJournal } from './task-journal.ts'

export interface EngineOptions {
  readonly stored: Stored
  readonly cache: TaskCache
  readonly images: LocalImages
  readonly cluster: Cluster
  /** How many containers run at once. */
  readonly parallelism: number
  /** Where runs write. */
  readonly folder: string
  readonly faults: TaskFaults
}

const LIVE: readonly RuntimeState[] = ['PENDING', 'RUNNING', 'CANCELING']

/** Makes runs happen. */
export class Engine {
  readonly #options: EngineOptions
  readonly #slots: LimitFunction
  readonly #live = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>()
  readonly #closing = new AbortController()

  constructor(options: EngineOptions) {
    this.#options = options
    this.#slots = pLimit(options.parallelism)
  }

  /** Goes on with what an earlier server of the same state left. */
  resume(): void {
    const { runs } = this.#options.stored
    for (const run of runs.all([whereIn('state', LIVE)]))
      if (run.state === 'CANCELING') this.#set(run.run_id, 'FAILED')
      else this.begin(run)
  }

  begin({ run_id }: StoredRun): void {
    const controller = new AbortController()
    const ended = this.#execute(run_id, controller.signal).finally(() => this.#live.delete(run_id))
    this.#live.set(run_id, { controller, ended })
  }

  /** @throws ApiError FAILED_PRECONDITION it is over */
  terminate(runId: string): void {
    const { state } = this.#options.stored.runs.get(runId)
    if (state === undefined || !LIVE.includes(state))
      throw new ApiError('FAILED_PRECONDITION', `run ${runId} is ${state}: it cannot be terminated any more`)
    // It is shown for as long as the run is being ended, and is no part of the history.
    this.#options.stored.runs.update(runId, { state: 'CANCELING' })
    this.#live.get(runId)?.controller.abort(TERMINATED)
  }

  /** @throws ApiError ABORTED it is not over, or there is nothing to do again */
  retry(runId: string): void {
    const run = this.#options.stored.runs.get(runId)
    if (run.state !== 'FAILED' && run.state !== 'CANCELED')
      throw new ApiError('ABORTED', `run ${runId} is ${run.state}: only a failed run can be retried`)
    this.begin(this.#set(runId, 'RUNNING'))
  }

  /** Ends all processes. What was running goes on when the state is opened again. */
  async close(): Promise<void> {
    this.#closing.abort()
    const live = [...this.#live.values()]
    for (const { controller } of live) controller.abort()
    await Promise.all(live.map(({ ended }) => ended))
  }

  async #execute(runId: string, signal: AbortSignal): Promise<void> {
    const { stored, cache, images, cluster, folder, faults } = this.#options
    // The answer to whoever asked for the run goes first.
    await new Promise((resolve) => setImmediate(resolve))
    const closing = this.#closing.signal
    if (closing.aborted) return
    const run = signal.aborted ? stored.runs.get(runId) : this.#set(runId, 'RUNNING')
    const source = stored.specs.get(run.spec)
    const spec = specOf(source)
    const outcome = await executeRun({
      spec,
      platform: platformOf(source),
      cluster,
      parameters: runParameters(spec, run.runtime_config?.parameters),
      placeholders: placeholders(run),
      journal: new TaskJournal(stored.tasks, runId),
      slots: this.#slots,
      folder: join(folder, runId),
      cache,
      images,
      faults,
      signal,
      closing,
    })
    if (closing.aborted) return
    this.#set(runId, outcome.state === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED', outcome.message)
  }

  #set(runId: string, state: RuntimeState, message?: string): StoredRun {
    const { runs } = this.#options.stored
    const now = timestamp()
    const { state_history = [], state: before } = runs.get(runId)
    if (before === state) return runs.get(runId)
    const error = message === undefined || state !== 'FAILED' ? {} : { error: { code: 2, message } }
    return runs.update(runId, {
      state,
      state_history: [...state_history, { update_time: now, state, ...error }],
      ...error,
      ...(!LIVE.includes(state) && { finished_at: now }),
    })
  }
}

function placeholders(run: StoredRun): Readonly<Record<string, string>> {
  return {
    '{{$.pipeline_job_uuid}}': run.run_id,
    '{{$.pipeline_job_name}}': run.display_name,
    '{{$.pipeline_job_resource_name}}': run.display_name,
    '{{$.pipeline_job_create_time_utc}}': run.created_at ?? '',
    '{{$.pipeline_job_schedule_time_utc}}': run.scheduled_at ?? run.created_at ?? '',
  }
}
