import { DEGREE } from '../src/graph/road-graph.ts'
import type { ValueModel } from '../src/value-iteration/value-model.ts'

/**
 * The exact fixed point of a model, by policy iteration with dense linear algebra: an oracle that shares no code with the
 * value iterator (Howard 1960).
 */
export function exactValues(model: ValueModel): Float64Array {
  const { graph } = model
  const n = graph.segments
  let choice = Int32Array.from({ length: n }, (_, i) => graph.successors[DEGREE * i] as number)
  for (;;) {
    const value = evaluate(model, choice)
    const better = choice.map((old, i) => {
      let best = old
      for (let k = 0; k < DEGREE; k++) {
        const j = graph.successors[DEGREE * i + k] as number
        if ((value[j] as number) > (value[best] as number) + 1e-9) best = j
      }
      return best
    })
    if (better.every((j, i) => j === choice[i])) return value
    choice = better
  }
}

/** Solves V = p (F_z + ρ γ^T Σ P V̄) + idle + onward V(choice) by Gauss–Jordan elimination. */
function evaluate(model: ValueModel, choice: Int32Array): Float64Array {
  const { graph, pickup, idle, onward, fare, continuation, probability } = model
  const n = graph.segments
  const rows: Float64Array[] = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n + 1)
    const zone = graph.zone[i] as number
    row[i] = 1
    row[choice[i] as number] = (row[choice[i] as number] as number) - (onward[i] as number)
    row[n] = (pickup[i] as number) * (fare[zone] as number) + (idle[i] as number)
    for (let z = 0; z < graph.zones; z++) {
      const [from, to] = [graph.zoneStart[z] as number, graph.zoneStart[z + 1] as number]
      const weight =
        (pickup[i] as number) *
        (continuation[zone] as number) *
        (probability[zone * graph.zones + z] as number)
      for (let j = from; j < to; j++) row[j] = (row[j] as number) - weight / (to - from)
    }
    return row
  })
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c; r < n; r++)
      if (Math.abs(rows[r]?.[c] as number) > Math.abs(rows[pivot]?.[c] as number)) pivot = r
    ;[rows[c], rows[pivot]] = [rows[pivot] as Float64Array, rows[c] as Float64Array]
    const top = rows[c] as Float64Array
    const scale = top[c] as number
    for (let k = c; k <= n; k++) top[k] = (top[k] as number) / scale
    for (const [r, row] of rows.entries()) {
      const factor = row[c] as number
      if (r === c || factor === 0) continue
      for (let k = c; k <= n; k++) row[k] = (row[k] as number) - factor * (top[k] as number)
    }
  }
  return Float64Array.from(rows, (row) => row[n] as number)
}
