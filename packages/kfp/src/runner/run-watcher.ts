import { type Clock, isTuneError } from '@tune/core'
import type { Predicate, Run } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import { isFinal } from '../client/run-state.ts'

export interface RunWatcherOptions {
  readonly client: KfpClient
  readonly experimentId: string
  readonly intervalMs: number
  /** How long the server may be out of reach, in milliseconds, before those who wait are told. */
  readonly patienceMs: number
  readonly clock: Clock
}

/** What became of a run: as it is now, or that there is none. */
export type Seen = Run | 'gone'

const LIVE: Predicate = {
  operation: 'IN',
  key: 'state',
  string_values: { values: ['PENDING', 'RUNNING', 'CANCELING', 'PAUSED'] },
}

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
 * among them any more is looked at once by itself.
 */
export class RunWatcher {
  readonly #options: RunWatcherOptions
  readonly #watched = new Map<string, Set<Watched>>()
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
        if (seen === 'gone' || isFinal(seen.state)) return
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#remove(runId, watched)
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
    for (;;) {
      await clock.sleep(intervalMs, signal)
      if (signal.aborted) return
      await this.#look()
    }
  }

  async #look(): Promise<void> {
    const wanted = [...this.#watched.keys()]
    try {
      const live = await this.#live()
      for (const id of wanted) {
        const seen = live.get(id) ?? (await this.#one(id))
        for (const { see } of this.#watched.get(id) ?? []) see(seen)
      }
      this.#failingSince = undefined
    } catch (error) {
      this.#failed(error)
    }
  }

  async #live(): Promise<ReadonlyMap<string, Run>> {
    const { client, experimentId } = this.#options
    const live = new Map<string, Run>()
    for await (const run of client.runs.list({ experimentId, predicates: [LIVE], pageSize: 200 }))
      live.set(run.run_id, run)
    return live
  }

  async #one(id: string): Promise<Seen> {
    try {
      return await this.#options.client.runs.get(id)
    } catch (error) {
      if (isTuneError(error, 'KFP_NOT_FOUND')) return 'gone'
      throw error
    }
  }

  /** A server that is out of reach for a while fails no trial. */
  #failed(error: unknown): void {
    const { clock, patienceMs } = this.#options
    this.#failingSince ??= clock.now()
    if (clock.now() - this.#failingSince < patienceMs) return
    this.#failingSince = undefined
    for (const all of this.#watched.values()) for (const { fail } of all) fail(error)
  }
}
