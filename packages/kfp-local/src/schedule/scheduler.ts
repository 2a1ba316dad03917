import type { RecurringRun } from '@tune/kfp/api'
import { Cron } from 'croner'
import { ApiError } from '../api/api-error.ts'
import { addRun } from '../api/runs.ts'
import { inSeconds, timestamp } from '../clock/now.ts'
import type { Engine } from '../execution/engine.ts'
import { where, whereIn } from '../state/condition.ts'
import type { Stored, StoredRecurringRun } from '../state/stored.ts'

/** Begins the runs of recurring runs when it is their time. Times at which the server did not run stay missed. */
export class Scheduler implements Disposable {
  readonly #stored: Stored
  readonly #engine: Engine
  readonly #armed = new Map<string, { stop(): void }>()

  constructor(stored: Stored, engine: Engine) {
    this.#stored = stored
    this.#engine = engine
  }

  /** Takes up what an earlier server of the same state had. */
  resume(): void {
    for (const recurring of this.#stored.recurringRuns.all([])) this.arm(recurring)
  }

  /**
   * From now on begins runs, or no more where it is disabled.
   *
   * @throws ApiError INVALID_ARGUMENT its times are not to be read
   */
  arm(recurring: StoredRecurringRun): void {
    const { recurring_run_id: id, mode } = recurring
    this.disarm(id)
    const job = schedule(recurring.trigger, () => this.#tick(id))
    if (mode === 'DISABLE') job.stop()
    else this.#armed.set(id, job)
  }

  disarm(id: string): void {
    this.#armed.get(id)?.stop()
    this.#armed.delete(id)
  }

  [Symbol.dispose](): void {
    for (const id of this.#armed.keys()) this.disarm(id)
  }

  #tick(id: string): void {
    const recurring = this.#stored.recurringRuns.find(id)
    if (recurring === undefined) return
    const active = this.#stored.runs.all([
      where('recurring_run_id', id),
      whereIn('state', ['PENDING', 'RUNNING', 'CANCELING']),
    ])
    if (active.length >= Number(recurring.max_concurrency)) return
    const { display_name, spec, experiment_id, runtime_config, service_account, description } = recurring
    const checked = {
      spec,
      experiment_id: experiment_id as string,
      ...(description !== undefined && { description }),
      ...(runtime_config && { runtime_config }),
      ...(service_account && { service_account }),
      ...(recurring.pipeline_version_reference && {
        pipeline_version_reference: recurring.pipeline_version_reference,
      }),
    }
    const name = `${display_name}-${timestamp().replaceAll(/[^0-9]/g, '')}`
    this.#engine.begin(addRun(this.#stored, name, checked, { recurring_run_id: id }))
  }
}

/** @throws ApiError INVALID_ARGUMENT */
function schedule(trigger: RecurringRun['trigger'], tick: () => void): { stop(): void } {
  if (trigger && 'cron_schedule' in trigger) {
    const { cron, start_time, end_time } = trigger.cron_schedule
    try {
      const between = { ...(start_time && { startAt: start_time }), ...(end_time && { stopAt: end_time }) }
      return new Cron(withSeconds(cron), { ...between, unref: true }, tick)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ApiError('INVALID_ARGUMENT', `cron is '${cron}', which cannot be read: ${reason}`)
    }
  }
  const seconds = trigger && Number(trigger.periodic_schedule.interval_second)
  if (!seconds)
    throw new ApiError('INVALID_ARGUMENT', 'trigger: there must be a cron_schedule or a periodic_schedule')
  // Every second, but for so many seconds after the last: a timer of Node would fire at once for times above 24 days.
  return new Cron(
    '* * * * * *',
    { interval: seconds, startAt: timestamp(inSeconds(seconds)), unref: true },
    tick,
  )
}

/** Six fields, seconds first. The server takes five as well, and reads them as the first five of the six. */
function withSeconds(cron: string): string {
  return cron.trim().split(/\s+/).length === 5 ? `${cron} *` : cron
}
