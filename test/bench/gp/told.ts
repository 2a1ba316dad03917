import type { Direction, HistorySnapshot, SearchSpace, SuggestRequest } from '@tune/core'

/** A history that grows, as a study has it. */
export class Told {
  readonly trials: (readonly [Readonly<Record<string, number>>, readonly number[]])[] = []
  readonly #space: SearchSpace

  constructor(space: SearchSpace) {
    this.#space = space
  }

  tell(params: Readonly<Record<string, number>>, values: readonly number[]): void {
    this.trials.push([params, values])
  }

  /** What a study would ask a sampler next. */
  request(seed: number, directions: readonly Direction[]): SuggestRequest {
    return {
      seed,
      number: this.trials.length,
      space: this.#space,
      directions,
      history: this.#history(directions),
      pending: [],
    }
  }

  #history(directions: readonly Direction[]): HistorySnapshot {
    const size = this.trials.length
    const column = (of: (params: Readonly<Record<string, number>>, values: readonly number[]) => number) =>
      Float64Array.from(this.trials, ([params, values]) => of(params, values))
    return {
      size,
      numbers: Uint32Array.from({ length: size }, (_, i) => i),
      states: new Uint8Array(size),
      values: directions.map((_, i) => column((_params, values) => values[i] as number)),
      violations: new Float64Array(size),
      constraints: {},
      lastSteps: new Float64Array(size).fill(Number.NaN),
      lastValues: new Float64Array(size).fill(Number.NaN),
      params: Object.fromEntries(
        Object.keys(this.#space).map((name) => [name, column((params) => params[name] as number)]),
      ),
      distributions: Object.fromEntries(
        Object.entries(this.#space).map(([name, distribution]) => [name, [distribution]]),
      ),
      distributionIndices: {},
    }
  }
}
