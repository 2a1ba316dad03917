import { functionRunner, type Runner } from '@tune/core'
import { parseParameters, type Simulator } from '@tune/sim-local'
import { instancesOf } from './instances.ts'
import type { SimulatorConfig } from './simulator-config-of.ts'

/** Evaluates trials in worker threads of this process, a day in each. */
export function onThisMachine(config: SimulatorConfig, simulator: Simulator): Runner {
  const instances = new Map(instancesOf(config).map((instance) => [instance.name, instance]))
  return functionRunner(async ({ params, instance: name, signal }) => {
    const instance = instances.get(name ?? '')
    if (instance === undefined) throw new Error(`there is no day ${name}`)
    const { day, inputs, seed } = instance
    const result = await simulator.simulateDay(day, parseParameters(params), { inputs, seed, signal })
    return { profit: result.profitPerDriverHour }
  }, 'simulator')
}
