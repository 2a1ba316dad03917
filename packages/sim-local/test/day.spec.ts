import { describe, expect, it } from 'vitest'
import { type Policy, randomWalk, ValuePolicy } from '../src/day/policy.ts'
import { type Observer, simulateDay } from '../src/day/simulate-day.ts'
import { Forecaster } from '../src/forecast/day-inputs.ts'
import { DEGREE } from '../src/graph/road-graph.ts'
import { openSimulator } from '../src/simulator/simulator.ts'
import { defaultParameters, type ValueIteratorParameters } from '../src/value-iteration/parameters.ts'
import { ValueIterator } from '../src/value-iteration/value-iterator.ts'
import { discounts, valueModel } from '../src/value-iteration/value-model.ts'
import { type Frame, frameSeconds } from '../src/world/calendar.ts'
import { passengersOf } from '../src/world/passengers.ts'
import { daysOf } from '../src/world/periods.ts'
import { dayEffects } from '../src/world/weather.ts'
import { createWorld } from '../src/world/world.ts'

const world = createWorld('yokohama', 'm')
const people = passengersOf(world, 28, dayEffects(world, 28))
const forecaster = new Forecaster(world, 28)

function drive(
  policy: Policy,
  frame: Frame,
  drivers: number,
  observer?: Observer,
  parameters = defaultParameters,
) {
  const figures = forecaster.forecast(28, frame)
  const followed = discounts(world.graph, parameters.discountPerMin)
  const iterator = new ValueIterator(world.graph.segments, world.graph.zones)
  return simulateDay({
    day: 28,
    graph: world.graph,
    passengers: people,
    frame: frameSeconds(frame),
    drivers,
    seed: 3,
    policy,
    beginSlot: (slot) => {
      const inputs = figures.find((f) => f.slot === slot)
      if (inputs === undefined) throw new Error(`no figures for slot ${slot}`)
      const model = valueModel(world.graph, inputs, world.trips(Math.floor(slot / 4)), parameters, followed)
      policy.update(model, iterator.iterate(model, parameters.horizonHops))
    },
    ...(observer !== undefined && { observer }),
  })
}

function guided(parameters: ValueIteratorParameters = defaultParameters): ValuePolicy {
  return new ValuePolicy(world.graph, parameters, discounts(world.graph, parameters.discountPerMin))
}

describe('what holds at every moment of a day', () => {
  const depletion = { ...defaultParameters, spreadMode: 'depletion', recoverySec: 600 } as const
  it.each([
    ['guided', 'all-day', () => guided()],
    ['guided with depletion', '17-21', () => guided(depletion)],
    ['at random', '20-24', () => randomWalk(world.graph)],
  ] as const)('%s, %s', (_, frame, policy) => {
    const drivers = 30
    const served = new Set<number>()
    let fares = 0
    const result = drive(policy(), frame, drivers, {
      cruise: (_driver, from, to) => {
        const successors = world.graph.successors.subarray(DEGREE * from, DEGREE * from + DEGREE)
        if (!successors.includes(to)) throw new Error(`${to} does not follow ${from}`)
      },
      serve: (_driver, passenger, time) => {
        if (served.has(passenger)) throw new Error(`passenger ${passenger} was served twice`)
        if ((people.close[passenger] as number) <= time) throw new Error(`passenger ${passenger} was gone`)
        served.add(passenger)
        fares += people.fare[passenger] as number
      },
    })
    const [from, to] = frameSeconds(frame)
    expect(result.served).toBe(served.size)
    expect(result.served + result.servedByOthers + result.expired).toBe(result.passengers)
    expect(result.vacantSeconds + result.occupiedSeconds).toBe(drivers * (to - from))
    expect(result.fares).toBe(fares)
    expect(result.served).toBeGreaterThan(0)
  })
})

describe('guidance', () => {
  const week = async (
    parameters: ValueIteratorParameters,
    inputs: 'predicted' | 'statistical' = 'predicted',
  ) => {
    await using simulator = openSimulator({ area: 'yokohama', size: 'm', frame: '17-21', workers: 0 })
    return (await simulator.simulateDays(daysOf('train'), parameters, { inputs, seed: 1 }))
      .profitPerDriverHour
  }

  it('earns more than driving at random', () => {
    expect(drive(guided(), '17-21', 30).profitPerDriverHour).toBeGreaterThan(
      1.2 * drive(randomWalk(world.graph), '17-21', 30).profitPerDriverHour,
    )
  })

  it('collapses when nothing keeps drivers apart', async () => {
    const together = { ...defaultParameters, visitPenalty: 0, temperature: 1e-9 }
    expect(await week(together)).toBeLessThan(0.6 * (await week(defaultParameters)))
  })

  it('earns more with forecasts that follow the day than with averages', async () => {
    expect(await week(defaultParameters)).toBeGreaterThan(await week(defaultParameters, 'statistical'))
  })
})
