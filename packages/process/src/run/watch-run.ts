import { resolve } from 'node:path'
import type { Clock, RunEvent } from '@tune/core'
import type { Collector } from '../collect/observation.ts'
import { begunIn } from './begun.ts'
import { exitCode, type RunFailure, runFailure } from './exit.ts'
import { killLeftovers } from './group.ts'
import { isAlive, type ProcessIdentity } from './identity.ts'
import { Tail } from './tail.ts'

/** A run, as this process sees it. */
export interface WatchedRun {
  readonly folder: string
  readonly identity: ProcessIdentity
  /** Where this process started it: its exit code, once nothing of it is left; null where a signal killed it. */
  readonly ended: Promise<number | null> | undefined
}

/** What is needed to follow runs. */
export interface WatchOptions {
  readonly collector: () => Collector
  /** The file with the metrics, in the folder of the run unless it is absolute. */
  readonly file: string
  readonly pollMs: number
  readonly clock: Clock
}

/** Follows a run from its beginning to its end, wherever it is by now. */
export async function* watchRun(
  run: WatchedRun,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const collector = options.collector()
  using tail = new Tail(resolve(run.folder, options.file))
  using end = new RunEnding(run, options, signal)
  while (!signal.aborted) {
    // Whether it is over is asked before the rest is read, so that nothing is missed.
    const isOver = end.isThere()
    for (let piece = tail.read(); piece !== ''; piece = tail.read()) {
      yield* eventsOf(collector.push(piece))
      // A process that writes without end must not keep others from being heard.
      await new Promise((done) => setImmediate(done))
      if (signal.aborted) return
    }
    if (!isOver) {
      await end.poll()
      continue
    }
    const failure = end.failure()
    if (failure === undefined) yield* eventsOf(collector.end())
    return yield { kind: 'end', ...failure }
  }
}

function* eventsOf(observations: ReturnType<Collector['push']>): Generator<RunEvent> {
  for (const { step, metrics } of observations)
    yield step === undefined ? { kind: 'result', metrics } : { kind: 'report', step, metrics }
}

/** The end of a run: noticed at once where this process started it, and else by looking. */
class RunEnding implements Disposable {
  readonly #folder: string
  readonly #options: WatchOptions
  readonly #noticed = new AbortController()
  readonly #signal: AbortSignal
  readonly #either: AbortSignal
  #identity: ProcessIdentity
  #isOurs: boolean
  #code: number | null | undefined

  constructor({ folder, identity, ended }: WatchedRun, options: WatchOptions, signal: AbortSignal) {
    this.#folder = folder
    this.#identity = identity
    this.#options = options
    this.#isOurs = ended !== undefined
    this.#signal = signal
    this.#either = AbortSignal.any([signal, this.#noticed.signal])
    void ended?.then((code) => this.#notice(code))
  }

  isThere(): boolean {
    if (this.#isOurs) return this.#code !== undefined
    return exitCode(this.#folder) !== undefined || !isAlive(this.#identity)
  }

  poll(): Promise<void> {
    const { clock, pollMs } = this.#options
    return clock.sleep(pollMs, this.#isOurs ? this.#either : this.#signal)
  }

  failure(): RunFailure | undefined {
    if (!this.#isOurs) killLeftovers(this.#folder)
    return runFailure(this.#folder, exitCode(this.#folder) ?? this.#code ?? undefined)
  }

  [Symbol.dispose](): void {
    this.#noticed.abort()
  }

  #notice(code: number | null): void {
    const begun = begunIn(this.#folder)
    if (begun === undefined || begun.pid === this.#identity.pid) this.#code = code
    else {
      // Another process was faster: the command runs there.
      this.#isOurs = false
      this.#identity = begun
    }
    this.#noticed.abort()
  }
}
