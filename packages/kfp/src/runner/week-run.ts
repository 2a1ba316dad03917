import { createHash } from 'node:crypto'
import { type ParamValue, type RunnerTrial, TuneError } from '@tune/core'
import type { NewRun } from '../api/index.ts'
import { compilePipeline, pipelineSource } from '../pipeline/compile.ts'
import type { ServerVersion } from '../pipeline/server-version.ts'
import { type SimulationPipelineOptions, simulationPipeline } from '../simulation/index.ts'

/** How to find the evaluation of a trial again: plain JSON. */
export type WeekReference = {
  /** The run of the first attempt; absent where nothing had to be simulated. */
  readonly run?: string
  /** The name of that run. Later attempts are called after it. */
  readonly name: string
  /** What the run was given, for attempts to come. */
  readonly trial: string
  readonly params: Readonly<Record<string, ParamValue>>
  /** Days that were known before, with their profits. */
  readonly known: Readonly<Record<string, number>>
}

/** The name of the run of a trial's attempt, the same whoever asks: `area-a-17-1f8a03c25b`, `area-a-17-1f8a03c25b-again-1`. */
export function runName({ study, studyId, number, params }: RunnerTrial): string {
  const readable = study.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)
  const entries = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const identity = JSON.stringify([studyId, number, entries])
  return `${readable}-${number}-${createHash('sha256').update(identity).digest('hex').slice(0, 10)}`
}

/** The name of a later attempt, from 1. */
export function nameAgain(name: string, attempt: number): string {
  return `${name}-again-${attempt}`
}

/** What the simulation of days is asked of the server. */
export function weekRun(
  simulation: SimulationPipelineOptions,
  days: readonly string[],
  { trial, params }: Pick<WeekReference, 'trial' | 'params'>,
  serverVersion: ServerVersion,
): Pick<NewRun, 'runtime_config'> & { readonly pipeline_spec: ReturnType<typeof pipelineSource> } {
  const week = simulationPipeline({ ...simulation, days })
  return {
    pipeline_spec: pipelineSource(compilePipeline(week.pipeline, { serverVersion })),
    runtime_config: { parameters: week.parameters({ trial, params }) },
  }
}

/** @throws TuneError INVALID_ARGUMENT what is stored with the trial is of another runner */
export function asWeekReference(reference: unknown): WeekReference {
  const given = reference as Partial<WeekReference> | null
  if (typeof given === 'object' && typeof given?.name === 'string' && typeof given.known === 'object')
    return given as WeekReference
  throw new TuneError(
    'INVALID_ARGUMENT',
    `run: ${JSON.stringify(reference)} is not what the runner 'kfp' stored; was the trial begun by another runner?`,
  )
}
