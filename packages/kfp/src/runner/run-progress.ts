import type { Clock } from '@tune/core'
import type { Run, RuntimeState } from '../api/index.ts'

const ENDING: readonly (RuntimeState | undefined)[] = ['CANCELING', 'CANCELED']

/** How far a run has got, as far as can be told from looking at it again and again. */
export class RunProgress {
  readonly #clock: Clock
  #signature = ''
  #changedAt: number
  #lookedAt: number
  #wasEnded = false
  #over = 0
  #overWhenRead = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#changedAt = clock.now()
    this.#lookedAt = this.#changedAt
  }

  /** Takes in how a run is now. */
  take(run: Run): void {
    this.#lookedAt = this.#clock.now()
    const { state, state_history = [] } = run
    this.#wasEnded ||= ENDING.includes(state) || state_history.some((each) => ENDING.includes(each.state))
    this.#over = tasksOver(run) ?? this.#over + 1
    const signature = signatureOf(run)
    if (signature === this.#signature && !isQueued(run)) return
    this.#signature = signature
    this.#changedAt = this.#lookedAt
  }

  /**
   * Whether somebody asked for the run's end. It mostly ends as `FAILED`, and its history need not say why: what was seen
   * counts.
   */
  get wasEnded(): boolean {
    return this.#wasEnded
  }

  /**
   * For how long nothing had happened when it was last looked at, in milliseconds. Waiting for room in the cluster does
   * not count.
   */
  get idleMs(): number {
    return this.#lookedAt - this.#changedAt
  }

  /** Whether tasks ended since the outputs were read. Where the server does not show tasks, nobody knows: it is true. */
  get mayHaveNews(): boolean {
    return this.#over !== this.#overWhenRead
  }

  /** The outputs were read as the run was when it was last taken in. */
  wasRead(): void {
    this.#overWhenRead = this.#over
  }
}

/** How many tasks went well; servers with the native task API do not say it with the run. */
function tasksOver({ run_details }: Run): number | undefined {
  return run_details?.task_details?.filter(({ state }) => state === 'SUCCEEDED').length
}

/** What changes whenever a run gets on. */
function signatureOf({ state, run_details, task_count, state_history = [] }: Run): string {
  const nodes = run_details?.task_details?.map((node) => node.state ?? '')
  return JSON.stringify([state, task_count, state_history.length, nodes])
}

/** Whether a run, or one of its tasks, waits for room. */
function isQueued({ state, run_details }: Run): boolean {
  if (state === undefined || state === 'PENDING' || state === 'PAUSED') return true
  return run_details?.task_details?.some((node) => node.state === 'PENDING') ?? false
}
