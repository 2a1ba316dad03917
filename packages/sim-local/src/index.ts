export type { DayResult } from './day/day-result.ts'
export { INPUTS, type Inputs } from './forecast/day-inputs.ts'
export {
  type DayOptions,
  type DaysOptions,
  type DaysResult,
  openSimulator,
  type Simulator,
  type SimulatorOptions,
} from './simulator/simulator.ts'
export {
  defaultParameters,
  type ParameterSpace,
  parseParameters,
  type Suggester,
  suggestParameters,
  type ValueIteratorParameters,
  wholeSpace,
} from './value-iteration/parameters.ts'
export { FRAMES, type Frame } from './world/calendar.ts'
export { daysOf, PERIODS, type Period } from './world/periods.ts'
export { type Area, SIZES, type Size } from './world/world.ts'
