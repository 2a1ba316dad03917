/** Prints a hash over all that the simulator computes, so that modes of V8 can be compared: node golden.ts */
import { createHash } from 'node:crypto'
import { Forecaster } from '../src/forecast/day-inputs.ts'
import { runDay } from '../src/simulator/day-task.ts'
import { defaultParameters } from '../src/value-iteration/parameters.ts'
import { ValueIterator } from '../src/value-iteration/value-iterator.ts'
import { discounts, valueModel } from '../src/value-iteration/value-model.ts'
import { passengersOf } from '../src/world/passengers.ts'
import { dayEffects } from '../src/world/weather.ts'
import { createWorld } from '../src/world/world.ts'

const hash = createHash('sha256')

/** Every number as eight bytes, little-endian; NaN is an error and -0 is 0. */
function add(numbers: Iterable<number>): void {
  const list = [...numbers]
  const bytes = new DataView(new ArrayBuffer(8 * list.length))
  for (const [i, x] of list.entries()) {
    if (Number.isNaN(x)) throw new Error(`number ${i} is NaN`)
    bytes.setFloat64(8 * i, x + 0, true)
  }
  hash.update(new Uint8Array(bytes.buffer))
}

const world = createWorld('yokohama', 'xs')
for (const day of [28, 33]) {
  const people = passengersOf(world, day, dayEffects(world, day))
  for (const column of [people.open, people.close, people.destination, people.fare, people.seconds])
    add(column)
}
const followed = discounts(world.graph, defaultParameters.discountPerMin)
for (const figures of new Forecaster(world, 28).forecast(28, '17-21')) {
  add(figures.predictedDemand)
  add(figures.predictedSupply)
  add(figures.meanDemand)
  const model = valueModel(world.graph, figures, world.trips(17), defaultParameters, followed)
  add(new ValueIterator(world.graph.segments, world.graph.zones).iterate(model, 30).value)
}
for (const inputs of ['predicted', 'statistical'] as const) {
  for (const parameters of [
    defaultParameters,
    { ...defaultParameters, spreadMode: 'depletion', recoverySec: 500 } as const,
  ]) {
    const task = {
      area: 'yokohama',
      size: 'xs',
      frame: 'all-day',
      drivers: 6,
      day: 30,
      seed: 7,
    } as const
    const { profitPerDriverHour, fares, served, vacantMetres } = runDay({ ...task, inputs, parameters })
    add([profitPerDriverHour, fares, served, vacantMetres])
  }
}
process.stdout.write(hash.digest('hex'))
