/** The values of one trial by instance, as far as it saw them; NaN for the others. */
export type InstanceValues = Float64Array

/** What values y_ti are made of: y_ti = m_t + g_i + e_ti, with Σ g_i = 0. */
export interface InstanceEffects {
  /** m_t: what each trial would have on the average instance. */
  readonly means: Float64Array
  /** How many instances each trial saw. */
  readonly counts: Uint32Array
  /** Variance of e; NaN where there is nothing left to tell it from. */
  readonly variance: number
}

const MOST_ROUNDS = 500
/** Where no instance effect changes by more than this part of the deviation, they are found. */
const TOLERANCE = 1e-10

/**
 * Takes out what an instance is like, so that trials that saw different ones can be compared: least squares, by turns
 * over trials and instances. Instances that every trial saw cancel out of all differences: they are common random
 * numbers.
 *
 * Source: the two-way layout without interaction, unbalanced; H. Scheffé, "The Analysis of Variance", 1959, section 4.4.
 *
 * @param rows of at least one trial; each saw at least one instance.
 */
export function instanceEffects(rows: readonly InstanceValues[]): InstanceEffects {
  const instances = rows[0]?.length ?? 0
  const effects = new Float64Array(instances)
  const counts = Uint32Array.from(rows, (row) => row.filter((y) => !Number.isNaN(y)).length)
  const means = new Float64Array(rows.length)
  const deviation = Math.sqrt(spreadOf(rows))
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const [t, row] of rows.entries()) means[t] = meanOf(row, effects)
    let moved = 0
    const sums = new Float64Array(instances)
    const seen = new Float64Array(instances)
    for (const [t, row] of rows.entries())
      for (let i = 0; i < instances; i++) {
        const y = row[i] as number
        if (Number.isNaN(y)) continue
        sums[i] = (sums[i] as number) + y - (means[t] as number)
        seen[i] = (seen[i] as number) + 1
      }
    const next = sums.map((sum, i) => (seen[i] === 0 ? 0 : sum / (seen[i] as number)))
    const middle = next.reduce((sum, effect) => sum + effect, 0) / instances
    for (let i = 0; i < instances; i++) {
      const effect = (next[i] as number) - middle
      moved = Math.max(moved, Math.abs(effect - (effects[i] as number)))
      effects[i] = effect
    }
    if (moved <= TOLERANCE * deviation) break
  }
  for (const [t, row] of rows.entries()) means[t] = meanOf(row, effects)
  return { means, counts, variance: varianceOf(rows, means, effects, counts) }
}

function meanOf(row: InstanceValues, effects: Float64Array): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < row.length; i++) {
    const y = row[i] as number
    if (Number.isNaN(y)) continue
    sum += y - (effects[i] as number)
    count++
  }
  return sum / count
}

function varianceOf(
  rows: readonly InstanceValues[],
  means: Float64Array,
  effects: Float64Array,
  counts: Uint32Array,
): number {
  let squares = 0
  for (const [t, row] of rows.entries())
    for (let i = 0; i < row.length; i++) {
      const y = row[i] as number
      if (!Number.isNaN(y)) squares += (y - (means[t] as number) - (effects[i] as number)) ** 2
    }
  const values = counts.reduce((sum, n) => sum + n, 0)
  const degrees = values - rows.length - effects.length + 1
  return degrees > 0 ? squares / degrees : Number.NaN
}

function spreadOf(rows: readonly InstanceValues[]): number {
  const all = rows.flatMap((row) => [...row].filter((y) => !Number.isNaN(y)))
  const mean = all.reduce((sum, y) => sum + y, 0) / all.length
  return all.reduce((sum, y) => sum + (y - mean) ** 2, 0) / all.length
}
