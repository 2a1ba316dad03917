import type { StudyConfig } from '../../../config/study-config.ts'
import { podSettings } from '../../pipeline/pod-settings.ts'
import { instancesOf } from '../instances.ts'
import { simulatorConfigOf } from '../simulator-config-of.ts'
import type { SimulationPipelineOptions } from './simulation-options.ts'

/** The pipeline that evaluates a trial of the simulator: its days side by side, and their mean. */
export function pipelineOf(config: StudyConfig): SimulationPipelineOptions {
  const simulator = simulatorConfigOf(config)
  const { area, size, frame, inputs, days, guidedDrivers } = simulator
  const { image, shape, parallelism, pods = {} } = config.kfp
  const { container: settings, kubernetes } = podSettings(pods)
  // Where there are both, each day says which.
  const one = inputs === 'both' ? 'predicted' : inputs
  const city = ['--area', area, '--size', size, '--frame', frame, '--inputs', one]
  const drivers = guidedDrivers === undefined ? [] : ['--drivers', String(guidedDrivers)]
  return {
    name: 'tune-days',
    description: `profit per driver-hour, in yen: ${area} ${size} ${frame}, days ${days}`,
    days: instancesOf(simulator).map(({ name }) => name),
    shape,
    ...(parallelism !== undefined && { parallelism }),
    simulate: {
      container: ({ day, params, profitFile }) => ({
        image,
        command: ['tune-sim'],
        args: ['day', ...city, ...drivers, '--day', day, '--params', params, '--out', profitFile],
        ...settings,
      }),
      kubernetes,
      retry: { retries: 1 },
    },
    collect: {
      container: ({ profits, profitFile }) => ({
        image,
        command: ['tune-sim'],
        args: ['mean', '--profits', profits, '--out', profitFile],
        ...settings,
      }),
      kubernetes,
    },
  }
}
