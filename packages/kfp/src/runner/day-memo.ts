import { createHash } from 'node:crypto'
import type { ParamValue } from '@tune/core'
import type { SimulationPipelineOptions } from '../simulation/index.ts'

/** Profits of days that were simulated before, by parameters and container: a day is a pure function of both. */
export class DayMemo {
  readonly #profits = new Map<string, number>()
  readonly #container: unknown

  constructor({ simulate }: SimulationPipelineOptions) {
    const placeholders = { day: '{day}', params: '{params}', trial: '{trial}', profitFile: '{profitFile}' }
    this.#container = simulate.container(placeholders)
  }

  get(params: Readonly<Record<string, ParamValue>>, day: string): number | undefined {
    return this.#profits.get(this.#key(params, day))
  }

  put(params: Readonly<Record<string, ParamValue>>, day: string, profit: number): void {
    this.#profits.set(this.#key(params, day), profit)
  }

  #key(params: Readonly<Record<string, ParamValue>>, day: string): string {
    const entries = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return createHash('sha256')
      .update(JSON.stringify([this.#container, entries, day]))
      .digest('base64url')
  }
}
