import { type Clock, isTuneError, type StudyId } from '@tune/core'
import type { Predicate } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import type { RunningTrials } from './run-ender.ts'
import { trialOfName } from './run-name.ts'

/** What becomes of runs that ended. */
export interface Retention {
  readonly action: 'archive' | 'delete'
  /** How long after their end, in milliseconds. */
  readonly afterMs: number
}

const FINISHED: readonly Predicate[] = [
  {
    operation: 'IN',
    key: 'state',
    string_values: { values: ['SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED'] },
  },
  { operation: 'EQUALS', key: 'storage_state', string_value: 'AVAILABLE' },
]

/** How often one looks at runs that ended, in milliseconds. */
const EVERY = 600_000

export interface FinishedRunsOptions {
  readonly client: KfpClient
  readonly experimentId: string
  readonly clock: Clock
  readonly retention: Retention | undefined
  readonly studies: RunningTrials
}

/** Puts runs of studies aside some time after their end. */
export class FinishedRuns {
  readonly #options: FinishedRunsOptions
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: FinishedRunsOptions) {
    this.#options = options
  }

  /**
   * Looks at the runs that ended, every ten minutes, and puts aside those whose time has come. What cannot be reached now
   * is there the next time. Those of trials that go on may still have to be read.
   */
  async look(): Promise<void> {
    const { clock, retention, studies } = this.#options
    if (retention === undefined || studies.size === 0 || clock.now() - this.#lookedAt < EVERY) return
    this.#lookedAt = clock.now()
    try {
      for (const [study, running] of studies) await this.#putAside(study, await running(), retention)
    } catch (error) {
      if (!isTuneError(error)) throw error
    }
  }

  async #putAside(study: StudyId, running: ReadonlySet<number>, retention: Retention): Promise<void> {
    const { client, experimentId, clock } = this.#options
    const before = clock.now() - retention.afterMs
    const due: string[] = []
    for await (const run of client.runs.list({ experimentId, predicates: FINISHED, pageSize: 200 })) {
      const { run_id, display_name, finished_at = '', created_at = '' } = run
      // They come in the order in which they began.
      if (Date.parse(created_at) > before) break
      const trial = trialOfName(display_name, study)
      if (trial === undefined || running.has(trial) || Date.parse(finished_at) > before) continue
      due.push(run_id)
    }
    // Pages would shift under what is put aside.
    for (const id of due) await client.runs[retention.action](id)
  }
}
