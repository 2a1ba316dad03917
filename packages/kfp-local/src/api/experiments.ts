import { randomUUID } from 'node:crypto'
import type { Experiment, ExperimentPage } from '@tune/kfp/api'
import { Hono } from 'hono'
import { z } from 'zod'
import { timestamp } from '../clock/now.ts'
import { where } from '../state/condition.ts'
import type { Stored } from '../state/stored.ts'
import { ApiError } from './api-error.ts'
import { verbOf } from './custom-verb.ts'
import { selectionOf } from './listing.ts'
import { readBody } from './read-body.ts'

const newExperiment = z.strictObject({
  display_name: z.string().min(1),
  description: z.string().nullish(),
  namespace: z.string().nullish(),
})

/** The experiment of runs that name none. */
export const DEFAULT_EXPERIMENT = 'Default'

export function addExperiment(
  { experiments }: Stored,
  { display_name, description, namespace }: z.infer<typeof newExperiment>,
): Experiment {
  if (experiments.all([where('display_name', display_name)]).length > 0)
    throw new ApiError('ALREADY_EXISTS', `an experiment named '${display_name}' already exists`)
  const experiment_id = randomUUID()
  return experiments.insert(experiment_id, {
    experiment_id,
    display_name,
    ...(description && { description }),
    ...(namespace && { namespace }),
    created_at: timestamp(),
    last_run_created_at: '1970-01-01T00:00:00Z',
    storage_state: 'AVAILABLE',
  })
}

export function experimentCalls(stored: Stored): Hono {
  const { experiments } = stored
  return new Hono()
    .post('/', async (context) => context.json(addExperiment(stored, await readBody(context, newExperiment))))
    .get('/', (context) => {
      const { items, total, next } = experiments.page(selectionOf(context, ['namespace']))
      const page: ExperimentPage = {
        experiments: items,
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .get('/:id', (context) => context.json(experiments.get(context.req.param('id'))))
    .delete('/:id', (context) => {
      experiments.delete(context.req.param('id'))
      return context.json({})
    })
    .post('/:call', (context) => {
      const { id, verb } = verbOf(context.req.param('call'), ['archive', 'unarchive'])
      experiments.update(id, { storage_state: verb === 'archive' ? 'ARCHIVED' : 'AVAILABLE' })
      return context.json({})
    })
}
