import { type DayResult } from '../day/day-result.ts'
import { ValuePolicy } from '../day/policy.ts'
import { simulateDay } from '../day/simulate-day.ts'
import { Forecaster, type Inputs, type SlotInputs } from '../forecast/day-inputs.ts'
import type { ValueIteratorParameters } from '../value-iteration/parameters.ts'
import { ValueIterator } from '../value-iteration/value-iterator.ts'
import { discounts, valueModel } from '../value-iteration/value-model.ts'
import { type Frame, frameSeconds } from '../world/calendar.ts'
import { type Passengers, passengersOf } from '../world/passengers.ts'
import { firstDayOfWeek } from '../world/periods.ts'
import { dayEffects } from '../world/weather.ts'
import { type Area, createWorld, type Size, type World } from '../world/world.ts'

/** One day to simulate: plain data, so that any thread can do it. */
export interface DayTask {
  readonly area: Area
  readonly size: Size
  readonly frame: Frame
  readonly drivers: number
  readonly day: number
  readonly inputs: Inputs
  readonly parameters: ValueIteratorParameters
  readonly seed: number
}

/** What is the same for every trial. Made once in each thread, since making it takes longer than a day. */
const worlds = new Map<string, World>()
const forecasters = new Map<string, Forecaster>()
const passengers = new Map<string, Passengers>()
const forecasts = new Map<string, readonly SlotInputs[]>()

function cached<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = make()
  cache.set(key, made)
  return made
}

/** Simulates a day with the value iterator as guide. A pure function of the task. */
export function runDay(task: DayTask): DayResult {
  const { area, size, frame, day, parameters, drivers, seed } = task
  const firstDay = firstDayOfWeek(day)
  const place = `${area} ${size}`
  const world = cached(worlds, place, () => createWorld(area, size))
  const people = cached(passengers, `${place} ${day}`, () => passengersOf(world, day, dayEffects(world, day)))
  const forecast = cached(forecasts, `${place} ${day} ${frame}`, () =>
    cached(forecasters, `${place} ${firstDay}`, () => new Forecaster(world, firstDay)).forecast(day, frame),
  )
  const { graph } = world
  const followed = discounts(graph, parameters.discountPerMin)
  const policy = new ValuePolicy(graph, parameters, followed)
  const iterator = new ValueIterator(graph.segments, graph.zones)
  const firstSlot = forecast[0]?.slot ?? 0
  return simulateDay({
    day,
    graph,
    passengers: people,
    frame: frameSeconds(frame),
    drivers,
    seed,
    policy,
    beginSlot: (slot) => {
      const figures = forecast[slot - firstSlot]
      if (figures === undefined) return
      const inputs = task.inputs === 'predicted' ? figures : averagesOnly(figures)
      const model = valueModel(graph, inputs, world.trips(Math.floor(slot / 4)), parameters, followed)
      policy.update(model, iterator.iterate(model, parameters.horizonHops))
    },
  })
}

function averagesOnly(figures: SlotInputs): SlotInputs {
  return { ...figures, predictedDemand: figures.meanDemand, predictedSupply: figures.meanSupply }
}
