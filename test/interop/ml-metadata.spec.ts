import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { metadataStore, metricsIn, type OutputSource, urlConnection } from '@tune/kfp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const DAYS = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']

/** What each day made, in the order in which the store tells it. */
async function profits(
  source: OutputSource,
  run_id: string,
): Promise<readonly (readonly [string, number])[]> {
  const found: (readonly [string, number])[] = []
  for await (const task of source.read({ run_id }))
    for (const { instance = '', value } of metricsIn(task, {
      profit: { tasks: ['simulate-day'], instance: 'day' },
    }))
      found.push([instance, value])
  return found
}

describe('the real store of ML Metadata', () => {
  let child: ChildProcess
  let source: OutputSource

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./ml_metadata_store.py', import.meta.url))
    const started = spawn(inject('metadataPython'), [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    const [port] = (await once(createInterface(started.stdout), 'line')) as [string]
    source = metadataStore(urlConnection(`http://127.0.0.1:${port}`))
  })
  afterAll(() => child.kill())

  it('answers', async () => {
    await expect(source.check()).resolves.toBeUndefined()
  })

  it('gives each day of a loop its own profit, whichever was done first', async () => {
    expect(new Map(await profits(source, 'week'))).toEqual(
      new Map(DAYS.map((day, index) => [day, 100.25 + index])),
    )
  })

  it('gives nothing of what failed or goes on', async () => {
    const days = (await profits(source, 'part')).map(([day]) => day)
    expect(days.toSorted()).toEqual(['d0', 'd2', 'd3', 'd4', 'd5'])
  })

  it('is read page by page', async () => {
    expect(await profits(source, 'other')).toHaveLength(120)
  })

  it('knows nothing of a run that has not begun', async () => {
    expect(await profits(source, 'none')).toEqual([])
  })

  it('gives the metrics that a task logged', async () => {
    const found: unknown[] = []
    for await (const { task, artifacts } of source.read({ run_id: 'week' }, { withArtifacts: true }))
      if (task === 'collect') found.push(artifacts)
    expect(found).toEqual([{ metrics: { total: 721.75, display_name: 'metrics' } }])
  })
})
