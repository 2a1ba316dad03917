import type { Distribution } from '../space/index.ts'

/** The states that a sampler learns from, as they stand in a column. */
export const COMPLETE = 0
export const PRUNED = 1

/**
 * The finished trials that a decision may see: rows `0 … size-1` of columns that only ever grow.
 *
 * The columns are views on shared memory, so that a worker thread reads them without a copy. A row is written
 * once, before any snapshot contains it, so that no reader can see it change. Rows stand in the order in which
 * they became known here, which differs between processes: order by `numbers` where order matters.
 */
export interface HistorySnapshot {
  readonly size: number
  /** Trial numbers. */
  readonly numbers: Uint32Array
  /** {@link COMPLETE} or {@link PRUNED}. */
  readonly states: Uint8Array
  /** One column for each direction; NaN where a pruned trial has no value. */
  readonly values: readonly Float64Array[]
  /** Sum of the positive constraint values; 0 for a feasible trial. */
  readonly violations: Float64Array
  /** Constraint values by name, at most 0 where it holds; NaN where a trial has no value for it. */
  readonly constraints: Readonly<Record<string, Float64Array>>
  /** The last step of a trial that has intermediate values, else NaN. */
  readonly lastSteps: Float64Array
  /** The intermediate value at that step. */
  readonly lastValues: Float64Array
  /** Internal values by parameter name; NaN where a trial lacks the parameter. */
  readonly params: Readonly<Record<string, Float64Array>>
  /**
   * The distributions under which each parameter was seen, by name. All continuous ones count as one, and only the
   * first of them stands here.
   */
  readonly distributions: Readonly<Record<string, readonly Distribution[]>>
  /** For a parameter that was seen under several: the index of each trial's. Others have no column. */
  readonly distributionIndices: Readonly<Record<string, Uint32Array>>
}
