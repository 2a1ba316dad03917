import type { PipelineTaskPage } from '@tune/kfp/api'
import { Hono } from 'hono'
import { where } from '../state/condition.ts'
import type { Stored } from '../state/stored.ts'
import { selectionOf } from './listing.ts'
import { nativeTask } from './task-answers.ts'

/** What servers with the native task API have in addition. */
export function nativeTaskCalls({ tasks, runs }: Stored): Hono {
  return new Hono()
    .get('/runs/:run/tasks', (context) => {
      const { run_id } = runs.get(context.req.param('run'))
      const { items, total, next } = tasks.page(selectionOf(context, [], [where('run_id', run_id)]))
      const page: PipelineTaskPage = {
        tasks: items.map(nativeTask),
        total_size: total,
        ...(next !== undefined && { next_page_token: next }),
      }
      return context.json(page)
    })
    .get('/runs/:run/tasks/:task', (context) =>
      context.json(nativeTask(tasks.get(context.req.param('task')))),
    )
    .get('/artifacts', (context) => context.json({ artifacts: [], total_size: 0 }))
}
