import { randomUUID } from 'node:crypto'
import type { RecurringRun, RecurringRunPage } from '@tune/kfp/api'
import { Hono } from 'hono'
import { z } from 'zod'
import { timestamp } from '../clock/now.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { Stored, StoredRecurringRun } from '../state/stored.ts'
import { verbOf } from './custom-verb.ts'
import { selectionOf } from './listing.ts'
import { readBody } from './read-body.ts'
import { checkWanted, pipelineToRun } from './runs.ts'

const int64 = z.union([z.string().regex(/^\d+$/), z.number().int().min(0)]).transform(String)
const moments = { start_time: z.string().nullish(), end_time: z.string().nullish() }
const trigger = z.strictObject({
  cron_schedule: z.strictObject({ ...moments, cron: z.string() }).nullish(),
  periodic_schedule: z.strictObject({ ...moments, interval_second: int64 }).nullish(),
})
const newRecurringRun = z.strictObject({
  ...pipelineToRun,
  max_concurrency: int64.refine((text) => Number(text) >= 1 && Number(text) <= 10, 'it must be from 1 to 10'),
  mode: z.enum(['MODE_UNSPECIFIED', 'ENABLE', 'DISABLE']).default('ENABLE'),
  no_catchup: z.boolean().nullish(),
  trigger,
  namespace: z.string().nullish(),
})

export function recurringRunCalls(stored: Stored, scheduler: Scheduler): Hono {
  const { recurringRuns } = stored
  return new Hono()
    .post('/', async (context) => {
      const wanted = await readBody(context, newRecurringRun)
      const recurring_run_id = randomUUID()
      const now = timestamp()
      const recurring = {
        recurring_run_id,
        display_name: wanted.display_name,
        ...checkWanted(stored, wanted),
        max_concurrency: wanted.max_concurrency,
        trigger: withoutNothing(wanted.trigger),
        mode: wanted.mode,
        status: wanted.mode === 'DISABLE' ? 'DISABLED' : 'ENABLED',
        no_catchup: wanted.no_catchup ?? false,
        created_at: now,
        updated_at: now,
      } as StoredRecurringRun
      scheduler.arm(recurring)
      recurringRuns.insert(recurring_run_id, recurring)
      return context.json(answer(stored, recurring))
    })
    .get('/', (context) => {
      const { items, total, next } = recurringRuns.page(selectionOf(context, ['namespace', 'experiment_id']))
      const page: RecurringRunPage = {
        recurringRuns: items.map((each) => answer(stored, each)),
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .get('/:id', (context) => context.json(answer(stored, recurringRuns.get(context.req.param('id')))))
    .delete('/:id', (context) => {
      const id = context.req.param('id')
      recurringRuns.delete(id)
      scheduler.disarm(id)
      return context.json({})
    })
    .post('/:call', (context) => {
      const { id, verb } = verbOf(context.req.param('call'), ['enable', 'disable'])
      const isOn = verb === 'enable'
      const recurring = recurringRuns.update(id, {
        mode: isOn ? 'ENABLE' : 'DISABLE',
        status: isOn ? 'ENABLED' : 'DISABLED',
        updated_at: timestamp(),
      })
      scheduler.arm(recurring)
      return context.json({})
    })
}

function answer({ specs }: Stored, { spec, ...recurring }: StoredRecurringRun): RecurringRun {
  const source = recurring.pipeline_version_reference === undefined && { pipeline_spec: specs.get(spec) }
  return { ...recurring, ...source }
}

/** Without the fields that are null, which Python's client sends. */
function withoutNothing<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => each ?? undefined)) as T
}
