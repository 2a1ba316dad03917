import { describeThrown } from '../errors/describe.ts'
import type { MetricValues } from '../metrics/metric-values.ts'
import type { RunEvent, Runner, RunRequest } from './runner.ts'

/** What a function is given to evaluate. */
export interface FunctionCall extends Omit<RunRequest, 'instances'> {
  /** The instance to evaluate; `undefined` where the objective has none. */
  readonly instance?: string
  /** Aborts when the evaluation should end. */
  readonly signal: AbortSignal
  /** Tells intermediate values. */
  report(metrics: MetricValues, step: number): void
}

/** Evaluates one instance, or the whole where there are none, in this process. What it throws fails the instance. */
export type EvaluateFunction = (call: FunctionCall) => Promise<MetricValues> | MetricValues

/**
 * A runner for a function of this process. Its evaluations end with the process: nothing is kept to find them again.
 *
 * @param name which one, for people. Default: `function`.
 */
export function functionRunner(evaluate: EvaluateFunction, name = 'function'): Runner {
  const calls = new Map<number, Call>()
  let next = 0
  return {
    name,
    endsWithProcess: true,
    start: async (request) => {
      calls.set(next, new Call(evaluate, request))
      return next++
    },
    watch: async function* (reference, signal) {
      const call = calls.get(reference as number)
      if (call === undefined) return
      yield* call.events(signal)
      if (!signal.aborted) calls.delete(reference as number)
    },
    stop: async (reference) => {
      calls.get(reference as number)?.abort()
      calls.delete(reference as number)
    },
    [Symbol.asyncDispose]: async () => {
      for (const call of calls.values()) call.abort()
    },
  }
}

/** One call of the function, and what it had to say that was not heard yet. */
class Call {
  readonly #abort = new AbortController()
  readonly #unheard: RunEvent[] = []
  #changed = Promise.withResolvers<void>()

  constructor(evaluate: EvaluateFunction, { instances, ...request }: RunRequest) {
    const [instance] = instances ?? []
    const { signal } = this.#abort
    const report = (metrics: MetricValues, step: number) => this.#say({ kind: 'report', metrics, step })
    const call = { ...request, ...(instance !== undefined && { instance }), signal, report }
    void this.#follow(async () => evaluate(call))
  }

  abort(): void {
    this.#abort.abort()
  }

  async *events(signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const aborted = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => aborted.resolve(), { once: true })
    while (!signal.aborted) {
      const event = this.#unheard.shift()
      if (event === undefined) await Promise.race([this.#changed.promise, aborted.promise])
      else {
        yield event
        if (event.kind === 'end') return
      }
    }
  }

  async #follow(evaluate: () => Promise<MetricValues>): Promise<void> {
    try {
      this.#say({ kind: 'result', metrics: await evaluate() })
      this.#say({ kind: 'end' })
    } catch (error) {
      this.#say({ kind: 'end', failure: describeThrown(error) })
    }
  }

  #say(event: RunEvent): void {
    this.#unheard.push(event)
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}
