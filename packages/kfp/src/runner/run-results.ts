import type { RunEvent } from '@tune/core'
import type { Run } from '../api/index.ts'
import { metricsIn } from '../outputs/metric-source.ts'
import type { PipelineRunReference } from './run-reference.ts'
import type { RunnerParts } from './runner-parts.ts'

/** The metrics of one instance, or of the whole. */
interface Result {
  readonly metrics: Record<string, number>
  /** What of them has been told, as text. */
  told: string
}

/** The metrics of a run, as far as they are known. */
export class RunResults {
  readonly #parts: Pick<RunnerParts, 'outputs' | 'metrics'>
  /** By instance; of the whole, under `undefined`. */
  readonly #results: ReadonlyMap<string | undefined, Result>

  constructor(parts: Pick<RunnerParts, 'outputs' | 'metrics'>, { instances }: PipelineRunReference) {
    this.#parts = parts
    const isByInstance = Object.values(parts.metrics).some(({ instance }) => instance !== undefined)
    const wanted = isByInstance && instances !== undefined ? instances : [undefined]
    this.#results = new Map(wanted.map((instance) => [instance, { metrics: {}, told: '{}' }]))
  }

  /** Whether all metrics are there, of all instances. */
  get isComplete(): boolean {
    const names = Object.keys(this.#parts.metrics)
    return [...this.#results.values()].every(({ metrics }) => names.every((name) => name in metrics))
  }

  /** Takes in what a run has made by now. @throws TuneError it cannot be read */
  async read(run: Run, signal: AbortSignal): Promise<void> {
    const { outputs, metrics } = this.#parts
    const withArtifacts = Object.values(metrics).some(({ artifact }) => artifact !== undefined)
    for await (const task of outputs.read(run, { withArtifacts, signal }))
      for (const { name, value, instance } of metricsIn(task, metrics)) {
        const result = this.#results.get(instance)
        if (result !== undefined) result.metrics[name] = value
      }
  }

  /** An event for each result that has changed since it was told. */
  *news(): Generator<RunEvent> {
    for (const [instance, result] of this.#results) {
      const now = JSON.stringify(Object.entries(result.metrics).map(([name, value]) => [name, String(value)]))
      if (Object.keys(result.metrics).length === 0 || now === result.told) continue
      result.told = now
      yield { kind: 'result', metrics: { ...result.metrics }, ...(instance !== undefined && { instance }) }
    }
  }
}
