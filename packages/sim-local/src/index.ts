export type { DayResult } from './day/day-result.ts'
export { INPUTS, type Inputs } from './forecast/day-inputs.ts'
export {
  defaultParameters,
  type ParameterSpace,
  parseParameters,
  type Suggester,
  suggestParameters,
  type ValueIteratorParameters,
  wholeSpace,
} from './value-iteration/parameters.ts'
export {
  type DayOptions,
  openSimulator,
  type Simulator,
  type SimulatorOptions,
  type WeekOptions,
  type WeekResult,
} from './week/simulator.ts'
export { daysOf, FRAMES, type Frame, WEEKS, type Week } from './world/calendar.ts'
export { type Area, SIZES, type Size } from './world/world.ts'
