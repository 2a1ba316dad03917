import { randomUUID } from 'node:crypto'
import type { Run, RunPage, RuntimeState } from '@tune/kfp/api'
import { Hono } from 'hono'
import { z } from 'zod'
import { timestamp } from '../clock/now.ts'
import type { Engine } from '../execution/engine.ts'
import { specOf } from '../spec/components.ts'
import { checkSource } from '../spec/read-source.ts'
import { runParameters } from '../spec/run-parameters.ts'
import { where } from '../state/condition.ts'
import type { Stored, StoredRun } from '../state/stored.ts'
import { ApiError } from './api-error.ts'
import { verbOf } from './custom-verb.ts'
import { addExperiment, DEFAULT_EXPERIMENT } from './experiments.ts'
import { selectionOf } from './listing.ts'
import { latestVersion } from './pipeline-versions.ts'
import { readBody } from './read-body.ts'
import { nativeTask, taskDetails } from './task-answers.ts'

/** What runs and recurring runs are made of alike. */
export const pipelineToRun = {
  display_name: z.string().min(1),
  description: z.string().nullish(),
  experiment_id: z.string().nullish(),
  pipeline_spec: z.looseObject({}).nullish(),
  pipeline_version_reference: z
    .strictObject({ pipeline_id: z.string(), pipeline_version_id: z.string().nullish() })
    .nullish(),
  pipeline_version_id: z.string().nullish(),
  runtime_config: z
    .strictObject({
      parameters: z.record(z.string(), z.json()).nullish(),
      pipeline_root: z.string().nullish(),
    })
    .nullish(),
  service_account: z.string().nullish(),
}

const newRun = z.strictObject({
  ...pipelineToRun,
  // What the server itself fills in may be said as well, and counts for nothing.
  run_id: z.string().nullish(),
  state: z.string().nullish(),
  storage_state: z.string().nullish(),
  plugins_input: z.record(z.string(), z.json()).nullish(),
})

/** A pipeline with its parameters, checked. */
export type Wanted = z.infer<z.ZodObject<typeof pipelineToRun>>

/** How the server shows what runs did. */
export type OutputsApi = 'metadata' | 'native'

/** @throws ApiError INVALID_ARGUMENT, INTERNAL a specification that cannot be compiled, NOT_FOUND no such pipeline, version or experiment */
export function checkWanted(
  stored: Stored,
  wanted: Wanted,
): Pick<StoredRun, 'spec' | 'experiment_id'> & Partial<Run> {
  const { pipeline_spec, pipeline_version_reference: reference } = wanted
  const spec =
    pipeline_spec != null
      ? stored.specs.put(compiled(pipeline_spec))
      : latestVersion(stored, reference?.pipeline_id, reference?.pipeline_version_id ?? undefined).spec
  const given = wanted.runtime_config?.parameters ?? {}
  runParameters(specOf(stored.specs.get(spec)), given)
  const { description, service_account, runtime_config } = wanted
  return {
    spec,
    experiment_id: experimentOf(stored, wanted.experiment_id),
    ...(description && { description }),
    ...(service_account && { service_account }),
    ...(pipeline_spec == null && reference && { pipeline_version_reference: referenceOf(reference) }),
    runtime_config: {
      parameters: given,
      ...(runtime_config?.pipeline_root && { pipeline_root: runtime_config.pipeline_root }),
    },
  }
}

/**
 * A specification that comes with a request. The server answers what it cannot compile as a failure of its own.
 *
 * @throws ApiError INTERNAL
 */
function compiled(source: object): ReturnType<typeof checkSource> {
  try {
    return checkSource(source)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new ApiError(
      'INTERNAL',
      `Failed to create a run: Failed to generate the ExecutionSpec: Failed to compile job: ${error.message}`,
    )
  }
}

function referenceOf({
  pipeline_id,
  pipeline_version_id,
}: NonNullable<Wanted['pipeline_version_reference']>) {
  return { pipeline_id, ...(pipeline_version_id && { pipeline_version_id }) }
}

function experimentOf(stored: Stored, id: string | null | undefined): string {
  const { experiments } = stored
  if (id) return experiments.get(id).experiment_id
  const [found] = experiments.all([where('display_name', DEFAULT_EXPERIMENT)])
  return (found ?? addExperiment(stored, { display_name: DEFAULT_EXPERIMENT })).experiment_id
}

export function addRun(
  { runs, experiments }: Stored,
  displayName: string,
  checked: ReturnType<typeof checkWanted>,
  recurring?: { readonly recurring_run_id: string },
): StoredRun {
  const now = timestamp()
  const run_id = randomUUID()
  experiments.update(checked.experiment_id as string, { last_run_created_at: now })
  return runs.insert(run_id, {
    run_id,
    display_name: displayName,
    ...checked,
    ...recurring,
    storage_state: 'AVAILABLE',
    state: 'PENDING',
    created_at: now,
    scheduled_at: now,
    finished_at: '1970-01-01T00:00:00Z',
    state_history: [{ update_time: now, state: 'PENDING' }],
  })
}

export function runCalls(stored: Stored, engine: Engine, outputs: OutputsApi): Hono {
  const { runs } = stored
  const answer = (run: StoredRun, isFull: boolean) => runAnswer(stored, run, outputs, isFull)
  return new Hono()
    .post('/', async (context) => {
      const wanted = await readBody(context, newRun)
      const run = addRun(stored, wanted.display_name, checkWanted(stored, wanted))
      engine.begin(run)
      return context.json(answer(run, true))
    })
    .get('/', (context) => {
      const { items, total, next } = runs.page(selectionOf(context, ['namespace', 'experiment_id']))
      const page: RunPage = {
        runs: items.map((run) => answer(run, false)),
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .get('/:id', (context) => {
      const isFull = context.req.query('view') === 'FULL'
      return context.json(answer(runs.get(context.req.param('id')), isFull))
    })
    .delete('/:id', (context) => {
      const { run_id, state } = runs.get(context.req.param('id'))
      if (isLive(state)) engine.terminate(run_id)
      runs.delete(run_id)
      return context.json({})
    })
    .post('/:call', (context) => {
      const { id, verb } = verbOf(context.req.param('call'), ['terminate', 'retry', 'archive', 'unarchive'])
      if (verb === 'terminate') engine.terminate(id)
      else if (verb === 'retry') engine.retry(id)
      else runs.update(id, { storage_state: verb === 'archive' ? 'ARCHIVED' : 'AVAILABLE' })
      return context.json({})
    })
}

function isLive(state: RuntimeState | undefined): boolean {
  return state === 'PENDING' || state === 'RUNNING'
}

/** A run as the API shows it. Where tasks have outputs, they are shown only with a run that is asked for as a whole. */
function runAnswer(stored: Stored, { spec, ...run }: StoredRun, outputs: OutputsApi, isFull: boolean): Run {
  const tasks = stored.tasks.all([where('run_id', run.run_id)])
  return {
    ...run,
    ...(run.pipeline_version_reference === undefined && { pipeline_spec: stored.specs.get(spec) }),
    ...(outputs === 'native'
      ? { task_count: tasks.length, ...(isFull && { tasks: tasks.map(nativeTask) }) }
      : { run_details: { task_details: tasks.flatMap(taskDetails) } }),
  }
}
