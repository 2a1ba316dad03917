import type { RunEvent, Runner, RunReference, RunRequest } from '../../runner/runner.ts'

/** A run and what it has said so far. */
interface Run {
  /** `3`, `3/fold-1`, `3/fold-1/1`, `3/a+b` for a trial, an instance, a second attempt, several instances in one run. */
  readonly key: string
  readonly request: RunRequest
  readonly said: RunEvent[]
  isOver: boolean
}

/** A run that begins, for whoever decides what it says. */
export interface RunHandle extends Pick<Run, 'key' | 'request'> {
  readonly say: (...events: readonly RunEvent[]) => void
}

/**
 * Something that runs evaluations in memory, and outlives the runners that use it, as a cluster outlives tuners. What a
 * run says is up to the test.
 */
export class InMemoryCluster {
  readonly #runs = new Map<string, Run>()
  readonly #onStart: (run: RunHandle) => void
  #changed = Promise.withResolvers<void>()

  /** @param onStart called once for each run that begins. */
  constructor(onStart: (run: RunHandle) => void = () => {}) {
    this.#onStart = onStart
  }

  /** What was started, by key: `3`, `3/fold-1`, `3/fold-1/1`, `3/a+b`. */
  get started(): ReadonlyMap<string, RunRequest> {
    return new Map([...this.#runs.values()].map(({ key, request }) => [key, request]))
  }

  /** The keys of the runs that go on. */
  get alive(): readonly string[] {
    return [...this.#runs.values()].filter(({ isOver }) => !isOver).map(({ key }) => key)
  }

  /** Lets the run of that key say something. One that is over says nothing. */
  say(key: string, ...events: readonly RunEvent[]): void {
    const run = [...this.#runs.values()].find((each) => each.key === key)
    if (run === undefined) throw new Error(`no run ${key}; there are ${[...this.started.keys()].join(', ')}`)
    this.#say(run, events)
  }

  #say(run: Run, events: readonly RunEvent[]): void {
    for (const event of events) {
      if (run.isOver) break
      run.said.push(event)
      run.isOver = event.kind === 'end'
    }
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }

  /** A runner of this cluster, as a tuner opens it. */
  runner(traits: Pick<Runner, 'takesAllInstances' | 'location'> = {}): Runner {
    return {
      name: 'in-memory',
      ...traits,
      start: async (request) => this.#start(request, traits.takesAllInstances === true),
      watch: (reference, signal) => this.#watch(keyOf(reference), signal),
      stop: async (reference) => {
        const run = this.#runs.get(keyOf(reference))
        if (run !== undefined) this.#say(run, [{ kind: 'end', failure: 'it was stopped', retry: false }])
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }

  #start(request: RunRequest, all: boolean): RunReference {
    const { studyId, number, instances, attempt } = request
    const names = all && instances !== undefined ? [instances.join('+')] : (instances ?? [])
    const key = [number, ...names, ...(attempt > 0 ? [attempt] : [])].join('/')
    const id = `${studyId}/${key}`
    if (!this.#runs.has(id)) {
      const run: Run = { key, request, said: [], isOver: false }
      this.#runs.set(id, run)
      this.#onStart({ key, request, say: (...events) => this.#say(run, events) })
    }
    return { id }
  }

  async *#watch(id: string, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const aborted = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => aborted.resolve(), { once: true })
    for (let heard = 0; !signal.aborted; ) {
      const event = this.#runs.get(id)?.said[heard]
      if (event === undefined) await Promise.race([this.#changed.promise, aborted.promise])
      else {
        heard++
        yield event
        if (event.kind === 'end') return
      }
    }
  }
}

function keyOf(reference: RunReference): string {
  return (reference as { readonly id: string }).id
}
