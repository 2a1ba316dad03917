import { type Distribution, type SearchSpace, sameDistribution } from '../space/index.ts'
import { constraintValues, type FrozenTrial, violation } from '../trial/index.ts'
import { Column, doubles } from './column.ts'
import { COMPLETE, type HistorySnapshot, PRUNED } from './history-snapshot.ts'
import { SeenDistributions } from './seen-distributions.ts'

/**
 * What a study knows of its finished trials, as columns: appended when a trial finishes, never rescanned.
 *
 * Failed trials teach a sampler nothing and are left out.
 */
export class History {
  #size = 0
  readonly #numbers = new Column((memory) => new Uint32Array(memory))
  readonly #states = new Column((memory) => new Uint8Array(memory))
  readonly #values: readonly Column<Float64Array>[]
  readonly #violations = doubles()
  readonly #lastSteps = doubles()
  readonly #lastValues = doubles()
  readonly #constraints = new Map<string, Column<Float64Array>>()
  readonly #params = new Map<string, Column<Float64Array>>()
  readonly #distributions = new SeenDistributions()
  #common: Map<string, Distribution> | undefined

  /** @param directions how many values a complete trial has. */
  constructor(directions: number) {
    this.#values = Array.from({ length: directions }, doubles)
  }

  /** Takes in a trial. Only complete and pruned ones count; each at most once, which the caller sees to. */
  append(trial: FrozenTrial): void {
    if (trial.state !== 'complete' && trial.state !== 'pruned') return
    const row = this.#size
    this.#numbers.set(row, trial.number)
    this.#states.set(row, trial.state === 'complete' ? COMPLETE : PRUNED)
    for (const [i, column] of this.#values.entries()) column.set(row, trial.values?.[i] ?? Number.NaN)
    this.#violations.set(row, violation(trial.systemAttributes))
    const lastStep =
      trial.intermediateValues.size === 0 ? Number.NaN : Math.max(...trial.intermediateValues.keys())
    this.#lastSteps.set(row, lastStep)
    this.#lastValues.set(row, trial.intermediateValues.get(lastStep) ?? Number.NaN)
    for (const [name, value] of Object.entries(constraintValues(trial.systemAttributes)))
      columnOf(this.#constraints, name).set(row, value)
    for (const [name, { distribution, internal }] of trial.params) {
      columnOf(this.#params, name).set(row, internal)
      this.#distributions.add(row, name, distribution)
    }
    this.#narrowCommonSpace(trial)
    this.#size = row + 1
  }

  /**
   * The parameters that every trial so far has, each with the one distribution that all of them used: what can
   * be modelled jointly in a define-by-run study. Empty before the first trial.
   */
  commonSpace(): SearchSpace {
    return Object.fromEntries(this.#common ?? [])
  }

  /** The rows of this moment. Later trials do not change it. */
  snapshot(): HistorySnapshot {
    return {
      size: this.#size,
      numbers: this.#numbers.view,
      states: this.#states.view,
      values: this.#values.map((column) => column.view),
      violations: this.#violations.view,
      constraints: views(this.#constraints, this.#size),
      lastSteps: this.#lastSteps.view,
      lastValues: this.#lastValues.view,
      params: views(this.#params, this.#size),
      ...this.#distributions.snapshot(this.#size),
    }
  }

  #narrowCommonSpace(trial: FrozenTrial): void {
    if (this.#common === undefined) {
      this.#common = new Map([...trial.params].map(([name, { distribution }]) => [name, distribution]))
      return
    }
    for (const [name, distribution] of this.#common) {
      const param = trial.params.get(name)
      if (param === undefined || !sameDistribution(param.distribution, distribution))
        this.#common.delete(name)
    }
  }
}

type Columns = Map<string, Column<Float64Array>>

/** The column of a name; a new one is blank for the rows before. */
function columnOf(columns: Columns, name: string): Column<Float64Array> {
  const known = columns.get(name)
  if (known !== undefined) return known
  const column = doubles()
  columns.set(name, column)
  return column
}

/** All columns by name, each at least so many rows long. */
function views(columns: Columns, rows: number): Record<string, Float64Array> {
  return Object.fromEntries(
    Array.from(columns, ([name, column]) => {
      column.reserve(rows)
      return [name, column.view]
    }),
  )
}
