import type { StudyConfig } from '../../../config/study-config.ts'
import { podSettings } from '../../pipeline/pod-settings.ts'
import { instancesOf } from '../instances.ts'
import { simulatorConfigOf } from '../simulator-config-of.ts'
import type { SimulationPipelineOptions } from './simulation-options.ts'

/** The pipeline that evaluates a trial of the simulator: its days side by side, and their mean. */
export function pipelineOf(config: StudyConfig): SimulationPipelineOptions {
  const simulator = simulatorConfigOf(config)
  const { area, size, frame, inputs, week, guidedDrivers } = simulator
  const { image, shape, parallelism, pods = {} } = config.kfp
  const { container: settings, kubernetes } = podSettings(pods)
  const city = ['--area', area, '--size', size, '--frame', frame, '--inputs', inputs, '--week', week]
  const drivers = guidedDrivers === undefined ? [] : ['--drivers', String(guidedDrivers)]
  return {
    name: 'tune-week',
    description: `profit per driver-hour, in yen: ${area} ${size} ${frame}, ${week} week`,
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
