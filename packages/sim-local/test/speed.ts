/**
 * How fast the simulator is, as ratios to loops of the same kind: `pnpm bench:sim`. Absolute times are printed for people
 * and decide nothing.
 */
import { Forecaster } from '../src/forecast/day-inputs.ts'
import { DEGREE } from '../src/graph/road-graph.ts'
import { runDay } from '../src/simulator/day-task.ts'
import { defaultParameters } from '../src/value-iteration/parameters.ts'
import { ValueIterator } from '../src/value-iteration/value-iterator.ts'
import { discounts, valueModel } from '../src/value-iteration/value-model.ts'
import { createWorld, type Size } from '../src/world/world.ts'

const REPEATS = 7

function bestOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < REPEATS; i++) {
    const begun = performance.now()
    work()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}

/** The least that a sweep could be: for each segment copy the largest of its successors. */
function copyAndMax(successors: Int32Array, from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) {
    const at = DEGREE * i
    let best = from[successors[at] as number] as number
    for (let k = 1; k < DEGREE; k++) {
      const value = from[successors[at + k] as number] as number
      if (value > best) best = value
    }
    to[i] = best
  }
}

const rows: Record<string, string | number>[] = []
for (const size of ['m', 'l'] as const satisfies readonly Size[]) {
  const world = createWorld('yokohama', size)
  const { graph } = world
  const [figures] = new Forecaster(world, 28).forecast(28, '17-21')
  if (figures === undefined) throw new Error('a frame has slots')
  const followed = discounts(graph, defaultParameters.discountPerMin)
  const model = valueModel(graph, figures, world.trips(17), defaultParameters, followed)
  const iterator = new ValueIterator(graph.segments, graph.zones)
  const arrays: [Float64Array, Float64Array] = [
    new Float64Array(graph.segments),
    new Float64Array(graph.segments),
  ]
  const sweeps = 2000
  const sweep = bestOf(() => iterator.iterate(model, sweeps)) / sweeps
  const plain =
    bestOf(() => {
      for (let k = 0; k < sweeps / 2; k++) {
        copyAndMax(graph.successors, arrays[0], arrays[1])
        copyAndMax(graph.successors, arrays[1], arrays[0])
      }
    }) / sweeps
  const task = {
    area: 'yokohama',
    size,
    frame: 'all-day',
    day: 28,
    inputs: 'predicted',
    seed: 1,
  } as const
  const parameters = { ...defaultParameters, horizonHops: 40 }
  const drivers = size === 'm' ? 30 : 300
  runDay({ ...task, drivers, parameters })
  const day = bestOf(() => runDay({ ...task, drivers, parameters }))
  rows.push({
    size,
    segments: graph.segments,
    'sweep ns/segment': ((sweep * 1e6) / graph.segments).toFixed(1),
    'copy-and-max ns/segment': ((plain * 1e6) / graph.segments).toFixed(1),
    'sweep / copy-and-max': (sweep / plain).toFixed(2),
    'day ms (40 sweeps)': day.toFixed(0),
    // 96 slots of 40 sweeps are the floor of a day.
    'day / (96 x 40 copy-and-max)': (day / (96 * 40 * plain)).toFixed(2),
  })
  if (sweep > 2 * plain) process.exitCode = 1
}
console.table(rows)
