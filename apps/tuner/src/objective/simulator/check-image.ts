import { TuneError } from '@tune/core'
import { component, type KfpRunnerOptions, pipeline } from '@tune/kfp'
import { DidNotRun, runOnce } from '../pipeline/run-once.ts'
import type { SimulationPipelineOptions } from './pipeline/simulation-options.ts'

/**
 * Runs a pipeline of one small task with the simulator's image, and reads its output back: what would fail every trial is
 * found before the first one.
 *
 * @param version that of the server.
 * @throws TuneError KFP_IMAGE the task did not give what it should
 */
export async function checkImage(
  { collect }: SimulationPipelineOptions,
  options: Omit<KfpRunnerOptions, 'run' | 'metrics'>,
  version: string | undefined,
): Promise<void> {
  const mean = component({
    name: 'check',
    inputs: { profits: 'LIST', trial: 'STRING' },
    outputs: { profit: 'NUMBER_DOUBLE' },
    container: ({ inputs, outputs }) => collect.container({ ...inputs, profitFile: outputs.profit }),
    kubernetes: collect.kubernetes ?? {},
  })
  const check = pipeline(
    { name: 'tune-check' },
    (scope) => scope.task(mean, { profits: [1, 3], trial: 'check' }).outputs,
  )
  const { metrics } = await runOnce({ version }, options, check, { profit: { tasks: ['check'] } }).catch(
    (error: unknown) => {
      throw error instanceof DidNotRun ? unusable(error.message) : error
    },
  )
  const { profit } = metrics
  if (profit !== 2) throw unusable(`it gave ${profit ?? 'nothing'} as the mean of 1 and 3`)
}

function unusable(why: string): TuneError {
  return new TuneError('KFP_IMAGE', `kfp.image: a check before the first trial failed: ${why}`)
}
