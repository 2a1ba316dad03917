import type { RunEvent } from '@tune/core'
import type { Run } from '../api/index.ts'
import { type FileMetric, isOfInstances, metricsIn } from '../outputs/metric-source.ts'
import type { PipelineRunReference } from './run-reference.ts'
import type { RunnerParts } from './runner-parts.ts'

type Parts = Pick<RunnerParts, 'outputs' | 'files' | 'metrics'>

/** The metrics of one instance, or of the whole. */
interface Result {
  readonly metrics: Record<string, number>
  /** What of them has been told, as text. */
  told: string
}

/** The metrics of a run, as far as they are known. */
export class RunResults {
  readonly #parts: Parts
  readonly #word: string
  /** By instance; of the whole, under `undefined`. */
  readonly #results: ReadonlyMap<string | undefined, Result>

  constructor(parts: Parts, { instances, word = '' }: PipelineRunReference) {
    this.#parts = parts
    this.#word = word
    const isByInstance = Object.values(parts.metrics).some(isOfInstances)
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
    await this.#readTasks(run, signal)
    for (const [instance, result] of this.#results) await this.#readFiles(instance, result, signal)
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

  async #readTasks(run: Run, signal: AbortSignal): Promise<void> {
    const { outputs, metrics } = this.#parts
    if (outputs === undefined || Object.values(metrics).every((source) => 'file' in source)) return
    const withArtifacts = Object.values(metrics).some((source) => 'artifact' in source)
    for await (const task of outputs.read(run, { withArtifacts, signal }))
      for (const { name, value, instance } of metricsIn(task, metrics)) {
        const result = this.#results.get(instance)
        if (result !== undefined) result.metrics[name] = value
      }
  }

  /** Reads the files of an instance whose values are not known. */
  async #readFiles(instance: string | undefined, { metrics }: Result, signal: AbortSignal): Promise<void> {
    const { files, metrics: sources } = this.#parts
    const missing = Object.entries(sources).flatMap(([name, source]) =>
      'file' in source && !(name in metrics) ? [{ name, source, url: this.#urlOf(source, instance) }] : [],
    )
    for (const [url, wanted] of Map.groupBy(missing, (each) => each.url)) {
      const values = valuesIn(await files?.read(url, signal))
      for (const { name, source } of wanted) {
        const value = values[source.key]
        if (typeof value === 'number') metrics[name] = value
      }
    }
  }

  #urlOf({ file }: FileMetric, instance = ''): string {
    return file.replaceAll('{run}', () => this.#word).replaceAll('{instance}', () => instance)
  }
}

/** The values of a JSON file; none, where it is not there, or not written to its end. */
function valuesIn(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const values: unknown = JSON.parse(text ?? '{}')
    return typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
