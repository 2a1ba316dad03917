import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { collect, type DaySource, metadataStore, urlConnection } from '@tune/kfp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const DAYS = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']
const run = (name: string) => ({ run_id: name, display_name: name })

describe('the real store of ML Metadata', () => {
  let child: ChildProcess
  let source: DaySource

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./ml_metadata_store.py', import.meta.url))
    const started = spawn(inject('metadataPython'), [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    const [port] = (await once(createInterface(started.stdout), 'line')) as [string]
    source = metadataStore(urlConnection(`http://127.0.0.1:${port}`))
  })
  afterAll(() => child.kill())

  it('gives each day of a loop its own profit, whichever was done first', async () => {
    const profits = DAYS.map((day, index) => ({ day, profit: 100.25 + index }))
    expect(await collect(run('week'), DAYS, source)).toEqual(profits)
  })

  it('gives no part of a week as a whole', async () => {
    await expect(collect(run('part'), DAYS, source)).rejects.toThrow("run 'part' (part): no profit of d1, d6")
  })

  it('is read page by page', async () => {
    let days = 0
    for await (const { profit } of source.read(run('other'))) days += profit > 0 ? 1 : 0
    expect(days).toBe(120)
  })

  it('knows nothing of a run that has not begun', async () => {
    await expect(collect(run('none'), DAYS, source)).rejects.toMatchObject({ code: 'KFP_OUTPUTS' })
  })
})
