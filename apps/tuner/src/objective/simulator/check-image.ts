import { randomUUID } from 'node:crypto'
import { isTuneError, TuneError } from '@tune/core'
import {
  compilePipeline,
  component,
  type KfpRunnerOptions,
  kfpRunner,
  pipeline,
  pipelineSource,
} from '@tune/kfp'
import type { SimulationPipelineOptions } from './pipeline/simulation-options.ts'

const never = new AbortController().signal

/**
 * Runs a pipeline of one small task with the simulator's image, and reads its output back: what would fail every trial is
 * found before the first one.
 *
 * @param version that of the server.
 * @throws TuneError KFP_IMAGE the task did not give what it should
 */
export async function checkImage(
  { collect }: SimulationPipelineOptions,
  server: Omit<KfpRunnerOptions, 'run' | 'metrics'>,
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
  const pipeline_spec = pipelineSource(compilePipeline(check, { serverVersion: version }))
  await using runner = kfpRunner({
    ...server,
    metrics: { profit: { tasks: ['check'] } },
    run: () => ({ pipeline_spec }),
  })
  const request = {
    study: 'tune-check',
    studyId: randomUUID(),
    number: 0,
    params: {},
    attempt: 0,
    slot: 0,
    mayExist: false,
  }
  const reference = await runner.start(request, never)
  let profit: number | undefined
  try {
    for await (const event of runner.watch(reference, never)) {
      if (event.kind === 'result') profit = event.metrics['profit']
      if (event.kind === 'end' && event.failure !== undefined) throw new TuneError('KFP_IMAGE', event.failure)
    }
  } catch (error) {
    throw isTuneError(error, 'KFP_IMAGE') ? unusable(error.message) : error
  }
  if (profit !== 2) throw unusable(`it gave ${profit ?? 'nothing'} as the mean of 1 and 3`)
}

function unusable(why: string): TuneError {
  return new TuneError('KFP_IMAGE', `kfp.image: a check before the first trial failed: ${why}`)
}
