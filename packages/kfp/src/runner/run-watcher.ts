import { type Clock, isTuneError } from '@tune/core'
import pLimit from 'p-limit'
import type { Predicate, Run } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import { isFinal } from '../client/run-state.ts'
import type { FinishedRuns } from './finished-runs.ts'
import type { RunEnder } from './run-ender.ts'
import { Turns } from './turns.ts'

export interface RunWatcherOptions {
  readonly client: KfpClient
  readonly experimentId: string
  readonly intervalMs: number
  /** How long the server may be out of reach, in milliseconds, before those who wait are told. */
  readonly patienceMs: number
  readonly clock: Clock
  readonly ender: Pick<RunEnder, 'look'>
  readonly finished: Pick<FinishedRuns, 'look'>
}

/** What became of a run. */
export interface Seen {
  /** As it is now; `undefined` where there is none any more. */
  readonly run: Run | undefined
  /** Whether it is this run's turn to be looked at more closely, should that take a request of its own. */
  readonly mayRead: boolean
}

const LIVE: Predicate = {
  operation: 'IN',
  key: 'state',
  string_values: { values: ['PENDING', 'RUNNING', 'CANCELING', 'PAUSED'] },
}

/** How many runs that ended are asked for at a time. */
const AT_ONCE = 8
/**
 * How many runs that go on are looked at more closely in an interval, where the server does not say with a run whether
 * that is worth it.
 */
const READS_AN_INTERVAL = 2

/** Something that will be seen. Whoever is to see it may be busy when it turns out that nothing can be. */
function news(): PromiseWithResolvers<Seen | undefined> {
  const next = Promise.withResolvers<Seen | undefined>()
  next.promise.catch(() => {})
  return next
}

interface Watched {
  readonly see: (seen: Seen) => void
  readonly fail: (error: unknown) => void
}

/**
 * Watches many runs with one list request an interval: of the runs of the experiment that are live. A run that is not
 * among them any more is asked for once by itself.
 */
export class RunWatcher {
  readonly #options: RunWatcherOptions
  readonly #watched = new Map<string, Set<Watched>>()
  readonly #turns = new Turns(READS_AN_INTERVAL)
  #looking: AbortController | undefined
  #failingSince: number | undefined

  constructor(options: RunWatcherOptions) {
    this.#options = options
  }

  /**
   * What is seen of a run, once an interval until it is over, gone, or the signal aborts.
   *
   * @throws TuneError what keeps the server out of reach for longer than the patience
   */
  async *watch(runId: string, signal: AbortSignal): AsyncGenerator<Seen, void> {
    let next = news()
    const watched: Watched = { see: (seen) => next.resolve(seen), fail: (error) => next.reject(error) }
    const onAbort = () => next.resolve(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#add(runId, watched)
    try {
      while (!signal.aborted) {
        const seen = await next.promise
        next = news()
        if (seen === undefined) return
        yield seen
        if (seen.run === undefined || isFinal(seen.run.state)) return
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#remove(runId, watched)
    }
  }

  /** Looks at all runs now. A server that is out of reach for a while fails no trial. */
  async look(): Promise<void> {
    const wanted = [...this.#watched.keys()]
    try {
      const live = await this.#live()
      // Whoever watches a run here has its trial.
      const others = [...live.values()].filter(({ run_id }) => !this.#watched.has(run_id))
      await this.#options.ender.look(others)
      const isTurn = await this.#turnsOf(wanted.filter((id) => live.has(id)))
      for (const id of wanted) {
        const run = live.get(id)
        if (run !== undefined) this.#tell(id, { run, mayRead: isTurn(id) })
      }
      const limit = pLimit(AT_ONCE)
      const ended = wanted.filter((id) => !live.has(id))
      await Promise.all(
        ended.map((id) => limit(async () => this.#tell(id, { run: await this.#one(id), mayRead: true }))),
      )
      await this.#options.finished.look()
      this.#failingSince = undefined
    } catch (error) {
      this.#failed(error)
    }
  }

  [Symbol.dispose](): void {
    this.#looking?.abort()
    this.#looking = undefined
  }

  #add(runId: string, watched: Watched): void {
    this.#watched.set(runId, (this.#watched.get(runId) ?? new Set()).add(watched))
    if (this.#looking !== undefined) return
    this.#looking = new AbortController()
    void this.#lookAgainAndAgain(this.#looking.signal)
  }

  #remove(runId: string, watched: Watched): void {
    const all = this.#watched.get(runId)
    all?.delete(watched)
    if (all?.size === 0) this.#watched.delete(runId)
    if (this.#watched.size === 0) this[Symbol.dispose]()
  }

  async #lookAgainAndAgain(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs } = this.#options
    for (let next = clock.now() + intervalMs; ; next = Math.max(next + intervalMs, clock.now())) {
      await clock.sleep(next - clock.now(), signal)
      if (signal.aborted) return
      await this.look()
    }
  }

  #tell(runId: string, seen: Seen): void {
    for (const { see } of this.#watched.get(runId) ?? []) see(seen)
  }

  async #live(): Promise<ReadonlyMap<string, Run>> {
    const { client, experimentId } = this.#options
    const live = new Map<string, Run>()
    for await (const run of client.runs.list({ experimentId, predicates: [LIVE], pageSize: 200 }))
      live.set(run.run_id, run)
    return live
  }

  /** Whose turn it is: everybody's where the server shows with a run how far it is. */
  async #turnsOf(ids: readonly string[]): Promise<(id: string) => boolean> {
    const { nativeTasks } = await this.#options.client.server()
    const chosen = nativeTasks ? this.#turns.next(ids) : new Set(ids)
    return (id) => chosen.has(id)
  }

  async #one(id: string): Promise<Run | undefined> {
    try {
      return await this.#options.client.runs.get(id)
    } catch (error) {
      if (isTuneError(error, 'KFP_NOT_FOUND')) return undefined
      throw error
    }
  }

  #failed(error: unknown): void {
    const { clock, patienceMs } = this.#options
    this.#failingSince ??= clock.now()
    if (clock.now() - this.#failingSince < patienceMs) return
    this.#failingSince = undefined
    for (const all of this.#watched.values()) for (const { fail } of all) fail(error)
  }
}
