import type { ReportRule } from '../metrics/metric-rules.ts'
import type { MetricValues } from '../metrics/metric-values.ts'
import { ReportSummary } from '../metrics/report-summary.ts'

/** What a run has said of one part of a trial, as far as its metrics need it. */
export class Reading {
  readonly #rules: Readonly<Record<string, ReportRule>>
  readonly #reports = new Map<string, ReportSummary>()
  readonly #result: Record<string, number> = {}

  /** @param rules of those metrics that are wanted. */
  constructor(rules: Readonly<Record<string, ReportRule>>) {
    this.#rules = rules
  }

  report(step: number, metrics: MetricValues): void {
    for (const [name, { direction }] of Object.entries(this.#rules)) {
      const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined
      if (value === undefined) continue
      const summary = this.#reports.get(name) ?? new ReportSummary(direction)
      this.#reports.set(name, summary)
      summary.add(value, step)
    }
  }

  result(metrics: MetricValues): void {
    Object.assign(this.#result, metrics)
  }

  /** The metrics: those that were named as final, and what the reports of the others come to. */
  metrics(): MetricValues {
    const reported: Record<string, number> = {}
    for (const [name, summary] of this.#reports) {
      const value = summary.value(this.#rules[name]?.value ?? 'last')
      if (value !== undefined) reported[name] = value
    }
    return { ...reported, ...this.#result }
  }
}

/** Puts the metrics of one step together that come in several lines. Keeps a few steps only. */
export class StepTable {
  readonly #names: readonly string[]
  readonly #steps = new Map<number, Record<string, number>>()

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** @returns one value for each name, once all are there */
  add(step: number, metrics: MetricValues): readonly number[] | undefined {
    const known = { ...this.#steps.get(step), ...metrics }
    if (this.#names.every((name) => Object.hasOwn(known, name))) {
      this.#steps.delete(step)
      return this.#names.map((name) => known[name] as number)
    }
    this.#steps.set(step, known)
    const [oldest] = this.#steps.keys()
    if (this.#steps.size > MOST_OPEN_STEPS && oldest !== undefined) this.#steps.delete(oldest)
    return undefined
  }
}

/** How many steps may lack a metric at a time. */
const MOST_OPEN_STEPS = 100
