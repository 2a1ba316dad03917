import { TuneError } from '@tune/core/errors'
import { Piscina } from 'piscina'
import type { DayResult } from '../day/day-result.ts'
import type { Inputs } from '../forecast/day-inputs.ts'
import type { ValueIteratorParameters } from '../value-iteration/parameters.ts'
import { AREAS } from '../world/area.ts'
import { FRAMES, type Frame } from '../world/calendar.ts'
import { daysOf } from '../world/periods.ts'
import { type Area, SIZES, type Size } from '../world/world.ts'
import { type DayTask, runDay } from './day-task.ts'

/** Which city, which part of its days, and with how many drivers. */
export interface SimulatorOptions {
  readonly area: Area
  readonly size: Size
  readonly frame: Frame
  /** How many drivers are guided. Default: 4 in `xs`, 30 in `m`, 300 in `l`: few enough not to change the market. */
  readonly guidedDrivers?: number
  /** How many worker threads simulate days; 0 keeps them on the calling thread. Default: one for each processor. */
  readonly workers?: number
}

/** How to simulate a day. */
export interface DayOptions {
  readonly inputs: Inputs
  /** The replication: where drivers start, and the chance in what they do. Demand is that of the days, whatever the seed. */
  readonly seed: number
  /** Ends the simulation. */
  readonly signal?: AbortSignal
}

/** How to simulate several days. */
export interface DaysOptions extends DayOptions {
  /** Called with each day as it is done, in any order. */
  readonly onDay?: (day: DayResult) => void
}

/** What several days brought. */
export interface DaysResult {
  /** Mean over the days, in yen. */
  readonly profitPerDriverHour: number
  /** By day. */
  readonly days: readonly DayResult[]
}

/** Simulates days of one city. Dispose of it to end its threads. */
export interface Simulator extends AsyncDisposable {
  /** @throws TuneError INVALID_ARGUMENT there is no such day */
  simulateDay(day: number, parameters: ValueIteratorParameters, options: DayOptions): Promise<DayResult>
  /** Simulates days side by side. @param days see `daysOf` */
  simulateDays(
    days: readonly number[],
    parameters: ValueIteratorParameters,
    options: DaysOptions,
  ): Promise<DaysResult>
}

const DRIVERS: Readonly<Record<Size, number>> = { xs: 4, m: 30, l: 300 }

/** The worker beside this file: `.ts` in the sources, `.js` where it was compiled. */
const worker = new URL(
  import.meta.url.endsWith('.ts') ? './day-worker.ts' : './day-worker.js',
  import.meta.url,
)

/**
 * Opens a simulator. Days are simulated side by side in worker threads; the result is the same to the last bit whatever
 * their number.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function openSimulator(options: SimulatorOptions): Simulator {
  assertOneOf('area', options.area, Object.keys(AREAS))
  assertOneOf('size', options.size, SIZES)
  assertOneOf('frame', options.frame, FRAMES)
  const { area, size, frame, guidedDrivers: drivers = DRIVERS[options.size], workers } = options
  const pool =
    workers === 0
      ? undefined
      : new Piscina({
          filename: worker.href,
          minThreads: 0,
          idleTimeout: 60_000,
          ...(workers && { maxThreads: workers }),
        })
  const run = async (task: DayTask, signal: AbortSignal | undefined): Promise<DayResult> => {
    signal?.throwIfAborted()
    return pool === undefined ? runDay(task) : pool.run(task, signal === undefined ? {} : { signal })
  }
  const simulateDay: Simulator['simulateDay'] = (day, parameters, { inputs, seed, signal }) => {
    daysOf(String(day))
    return run({ area, size, frame, drivers, day, inputs, parameters, seed }, signal)
  }
  return {
    simulateDay,
    simulateDays: async (days, parameters, options) => {
      const results = await Promise.all(
        days.map(async (day) => {
          const result = await simulateDay(day, parameters, options)
          options.onDay?.(result)
          return result
        }),
      )
      return {
        profitPerDriverHour: mean(results.map((day) => day.profitPerDriverHour)),
        days: results,
      }
    },
    [Symbol.asyncDispose]: async () => pool?.destroy(),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function assertOneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `${name}: it must be one of ${known.join(', ')}, but is '${value}'`,
    {
      [name]: value,
    },
  )
}
