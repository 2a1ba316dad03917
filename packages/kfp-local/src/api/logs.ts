import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import type { Stored } from '../state/stored.ts'
import { ApiError } from './api-error.ts'

/** What containers printed: the one call that is of an older version of the API. */
export function logCalls({ tasks }: Stored, folder: string): Hono {
  return new Hono().get('/runs/:run/nodes/:node/log', async (context) => {
    const { run, node } = context.req.param()
    const task = tasks.find(node)
    if (task === undefined || task.run_id !== run)
      throw new ApiError('NOT_FOUND', `run ${run} has no node '${node}'`)
    return context.text(await readFile(join(folder, run, node, 'log.txt'), 'utf8').catch(() => ''))
  })
}
