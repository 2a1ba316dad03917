import { createHash } from 'node:crypto'
import { type RunRequest, TuneError } from '@tune/core'
import type { NewRun } from '../api/index.ts'
import { compilePipeline, pipelineSource } from '../pipeline/compile.ts'
import type { ServerVersion } from '../pipeline/server-version.ts'
import { type SimulationPipelineOptions, simulationPipeline } from '../simulation/index.ts'

/** How to find a run again: plain JSON. */
export type WeekReference = {
  /** The server's identity of it. */
  readonly run: string
  readonly name: string
}

/**
 * The name of a trial's run, the same whoever asks: `area-a-17-1f8a03c25b`, and of a later attempt
 * `area-a-17-1f8a03c25b-again-1`.
 */
export function runName({ study, studyId, number, params, attempt }: RunRequest): string {
  const readable = study.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)
  const entries = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const identity = JSON.stringify([studyId, number, entries])
  const name = `${readable}-${number}-${createHash('sha256').update(identity).digest('hex').slice(0, 10)}`
  return attempt === 0 ? name : `${name}-again-${attempt}`
}

/** What the simulation of days is asked of the server. */
export function weekRun(
  simulation: SimulationPipelineOptions,
  { study, number, params, instances = simulation.days }: RunRequest,
  serverVersion: ServerVersion,
): Pick<NewRun, 'runtime_config'> & { readonly pipeline_spec: ReturnType<typeof pipelineSource> } {
  const week = simulationPipeline({ ...simulation, days: instances })
  return {
    pipeline_spec: pipelineSource(compilePipeline(week.pipeline, { serverVersion })),
    runtime_config: { parameters: week.parameters({ trial: `${study}/${number}`, params }) },
  }
}

/** @throws TuneError INVALID_ARGUMENT what is stored with the trial is of another runner */
export function asWeekReference(reference: unknown): WeekReference {
  const given = reference as Partial<WeekReference> | null
  if (typeof given === 'object' && typeof given?.name === 'string' && typeof given.run === 'string')
    return given as WeekReference
  throw new TuneError(
    'INVALID_ARGUMENT',
    `run: ${JSON.stringify(reference)} is not what the runner 'kfp' stored; was the trial begun by another runner?`,
  )
}
