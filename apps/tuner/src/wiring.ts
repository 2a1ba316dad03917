import {
  createSampler,
  createStudy,
  type Distribution,
  float,
  int,
  loadStudy,
  type Study,
  type StudyStorage,
  type Trial,
  TuneError,
} from '@tune/core'
import {
  defaultParameters,
  openSimulator,
  type ParameterSpace,
  parseParameters,
  type Simulator,
  suggestParameters,
  type ValueIteratorParameters,
  wholeSpace,
} from '@tune/sim-local'
import { openStorage } from '@tune/storage'
import type { StudyConfig } from './config/study-config.ts'

/** A study with all that its trials need. Dispose of it to close everything. */
export interface Tuning extends AsyncDisposable {
  readonly study: Study
  /** The parameters in use now. */
  readonly current: ValueIteratorParameters
  readonly simulator: Simulator
  /** Evaluates a trial: mean profit per driver-hour over a week, in yen. */
  objective(trial: Trial): Promise<number>
}

/** Puts the parts together as a configuration says. Makes the study where it does not exist. */
export async function openTuning(config: StudyConfig): Promise<Tuning> {
  const current = config.current === undefined ? defaultParameters : parseParameters(config.current)
  const space = narrowed(config.ranges ?? {})
  const { name: samplerName, ...samplerOptions } = config.sampler
  const sampler = createSampler(samplerName, samplerOptions)
  const simulator = simulatorOf(config)
  let storage: StudyStorage | undefined
  try {
    storage = await openStorage(config.storage)
    const study = await createStudy({
      name: config.study,
      storage,
      direction: 'maximize',
      loadIfExists: true,
      sampler,
      ...(config.seed !== undefined && { seed: config.seed }),
    })
    return {
      study,
      current,
      simulator,
      objective: (trial) => evaluate(config, simulator, space, trial),
      [Symbol.asyncDispose]: () => disposeAll(study, simulator, storage),
    }
  } catch (error) {
    await disposeAll(simulator, storage)
    throw error
  }
}

/** Opens a study that exists, to look at it. */
export async function openExisting(
  name: string,
  url: string,
): Promise<{ readonly study: Study } & AsyncDisposable> {
  const storage = await openStorage(url)
  try {
    const study = await loadStudy(name, { storage })
    return { study, [Symbol.asyncDispose]: () => disposeAll(study, storage) }
  } catch (error) {
    await disposeAll(storage)
    throw error
  }
}

/** The simulator that a configuration's trials run in. */
export function simulatorOf({ objective: { simulator } }: StudyConfig): Simulator {
  const { area, size, frame, guidedDrivers, workers } = simulator
  return openSimulator({
    area,
    size,
    frame,
    ...(guidedDrivers !== undefined && { guidedDrivers }),
    ...(workers !== undefined && { workers }),
  })
}

async function evaluate(
  { objective: { simulator: settings } }: StudyConfig,
  simulator: Simulator,
  space: ParameterSpace,
  trial: Trial,
): Promise<number> {
  const parameters = await suggestParameters(trial, space)
  const { inputs, week, seed, replications } = settings
  const weeks = await Promise.all(
    Array.from({ length: replications }, (_, i) =>
      simulator.simulateWeek(week, parameters, { inputs, seed: seed + i, signal: trial.signal }),
    ),
  )
  return weeks.reduce((sum, { profitPerDriverHour }) => sum + profitPerDriverHour, 0) / weeks.length
}

function narrowed(ranges: NonNullable<StudyConfig['ranges']>): ParameterSpace {
  const space: Record<string, Distribution> = { ...wholeSpace }
  for (const [name, { low, high }] of Object.entries(ranges)) {
    const whole = space[name]
    if (whole === undefined || whole.kind === 'categorical') {
      throw new TuneError(
        'INVALID_ARGUMENT',
        `ranges.${name}: there is no parameter of that name with a range`,
        { name },
      )
    }
    try {
      space[name] =
        whole.kind === 'int' ? int(low, high, { log: whole.log }) : float(low, high, { log: whole.log })
    } catch (error) {
      if (!(error instanceof TuneError)) throw error
      throw new TuneError(error.code, `ranges.${name}: ${error.message}`, error.details, error)
    }
    if (low < whole.low || high > whole.high) {
      throw new TuneError(
        'INVALID_ARGUMENT',
        `ranges.${name}: ${low} to ${high} leaves the parameter's range, ${whole.low} to ${whole.high}`,
        { name, low, high },
      )
    }
  }
  return space as ParameterSpace
}

async function disposeAll(...resources: readonly (AsyncDisposable | undefined)[]): Promise<void> {
  for (const resource of resources) await resource?.[Symbol.asyncDispose]()
}
