import type { Runner, Trial } from '@tune/core'
import {
  defaultParameters,
  openSimulator,
  parseParameters,
  type Simulator,
  suggestParameters,
} from '@tune/sim-local'
import type { StudyConfig } from '../../config/study-config.ts'
import type { TunedObjective } from '../objective.ts'
import { identityOf } from './identity.ts'
import { instancesOf } from './instances.ts'
import { onThisMachine } from './on-this-machine.ts'
import { narrowedSpace } from './ranges.ts'
import { rangesOf } from './ranges-of.ts'
import { type SimulatorConfig, simulatorConfigOf } from './simulator-config-of.ts'

/** The built-in simulator: the value iterator that guides taxi drivers, on seven days side by side. */
export function simulatorObjective(config: StudyConfig): TunedObjective {
  const simulator = simulatorConfigOf(config)
  const instances = instancesOf(simulator)
  const space = narrowedSpace(rangesOf(config))
  const direction = config.direction ?? 'maximize'
  return {
    description: describe(direction, simulator),
    metrics: { profit: { direction } },
    constraints: {},
    space: undefined,
    current: { ...(config.current === undefined ? defaultParameters : parseParameters(config.current)) },
    instances: instances.map(({ name }) => name),
    atOnce: instances.length,
    retries: config.runner === 'kfp' ? config.kfp.dayRetries : config.retries,
    isRemote: config.runner === 'kfp',
    identity: identityOf(simulator),
    memory: JSON.stringify(identityOf(simulator)),
    params: async (trial: Trial) => ({ ...(await suggestParameters(trial, space)) }),
    check: () => {},
    open: () => (config.runner === 'kfp' ? there(config) : here(simulator)),
  }
}

/** Runs of Kubeflow Pipelines; their client is loaded only here, since it is large. */
async function there(config: StudyConfig): Promise<Runner> {
  const { asPipelineRuns } = await import('./as-pipeline-runs.ts')
  return asPipelineRuns(config)
}

/** A runner that closes its simulator. */
async function here(config: SimulatorConfig): Promise<Runner> {
  const simulator = simulatorOf(config)
  const runner = onThisMachine(config, simulator)
  return {
    ...runner,
    [Symbol.asyncDispose]: async () => {
      await runner[Symbol.asyncDispose]()
      await simulator[Symbol.asyncDispose]()
    },
  }
}

/** The simulator that a configuration's trials run in. */
export function simulatorOf({ area, size, frame, guidedDrivers, workers }: SimulatorConfig): Simulator {
  return openSimulator({
    area,
    size,
    frame,
    ...(guidedDrivers !== undefined && { guidedDrivers }),
    ...(workers !== undefined && { workers }),
  })
}

/** `maximize profit per driver-hour in yen: yokohama m 17-21, days train, predicted inputs, mean of 2 replications` */
function describe(
  direction: string,
  { area, size, frame, days, inputs, replications }: SimulatorConfig,
): string {
  const mean = replications > 1 ? `, mean of ${replications} replications` : ''
  return `${direction} profit per driver-hour in yen: ${area} ${size} ${frame}, days ${days}, ${inputs} inputs${mean}`
}
