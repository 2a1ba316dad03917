import { randomUUID } from 'node:crypto'
import { isTuneError, type MetricValues } from '@tune/core'
import {
  asRunReference,
  compilePipeline,
  type KfpRunnerOptions,
  kfpRunner,
  type MetricSource,
  type Pipeline,
  pipelineSource,
} from '@tune/kfp'
import type { OpenedKfp } from './open-kfp.ts'

/** What a pipeline gave that was run for itself, and not for a trial. */
interface RanOnce {
  /** The server's identity of the run. */
  readonly run: string
  readonly metrics: MetricValues
}

/** A run that did not give what it should, with why as its message. */
export class DidNotRun extends Error {}

const never = new AbortController().signal

/**
 * Runs a pipeline once and waits for it.
 *
 * @param metrics what is read from its tasks.
 * @throws DidNotRun: it failed, or never began; TuneError as `KfpClient` does
 */
export async function runOnce(
  { version }: Pick<OpenedKfp, 'version'>,
  options: Omit<KfpRunnerOptions, 'run' | 'metrics'>,
  pipeline: Pipeline,
  metrics: Readonly<Record<string, MetricSource>>,
): Promise<RanOnce> {
  const pipeline_spec = pipelineSource(compilePipeline(pipeline, { serverVersion: version }))
  await using runner = kfpRunner({ ...options, metrics, run: () => ({ pipeline_spec }) })
  const study = pipeline.name
  const request = {
    study,
    studyId: randomUUID(),
    number: 0,
    params: {},
    attempt: 0,
    slot: 0,
    mayExist: false,
  }
  const run = await runner.start(request, never)
  let given: MetricValues = {}
  try {
    for await (const event of runner.watch(run, never)) {
      if (event.kind === 'result') given = event.metrics
      if (event.kind === 'end' && event.failure !== undefined) throw new DidNotRun(event.failure)
    }
  } catch (error) {
    if (isTuneError(error, 'KFP_IMAGE')) throw new DidNotRun(error.message)
    throw error
  }
  return { run: asRunReference(run).run, metrics: given }
}
