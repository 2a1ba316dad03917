import { FakeClock } from '@tune/core/testing'
import { KfpClient, urlConnection } from '@tune/kfp'
import type { Run, RuntimeState } from '@tune/kfp/api'
import { httpServer, type Reply } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'
import { RunWatcher, type Seen } from '../../src/runner/run-watcher.ts'

const INTERVAL = 1000

/** A server that has these runs, and a watcher of it. */
async function place(states: Record<string, RuntimeState>, { isNative = false } = {}) {
  const down = { is: false }
  const runOf = (id: string): Run => ({ run_id: id, display_name: id, state: states[id] as RuntimeState })
  const server = await httpServer(({ path }): Reply => {
    if (path.endsWith('/healthz')) return { json: { tag_name: isNative ? '2.19.0' : '2.17.0' } }
    if (path.endsWith('/artifacts')) return isNative ? { json: {} } : { status: 404, json: {} }
    if (down.is) return { status: 503, json: {} }
    if (path.endsWith('/runs')) {
      const live = Object.keys(states).filter((id) => states[id] === 'RUNNING' || states[id] === 'PENDING')
      return { json: { runs: live.map(runOf) } }
    }
    const id = path.split('/').at(-1) ?? ''
    return id in states ? { json: runOf(id) } : { status: 404, json: {} }
  })
  const client = new KfpClient(urlConnection(server.url), { retries: 0 })
  await client.server()
  const clock = new FakeClock()
  const looked: string[][] = []
  const watcher = new RunWatcher({
    client,
    experimentId: 'e',
    intervalMs: INTERVAL,
    patienceMs: 5 * INTERVAL,
    clock,
    ender: { look: async (live) => void looked.push(live.map(({ run_id }) => run_id)) },
    finished: { look: async () => {} },
  })
  const asked = (end: string) => server.received.filter(({ path }) => path.endsWith(end)).length
  return {
    watcher,
    clock,
    looked,
    down,
    asked,
    /** Lets an interval pass, and what it sets off happen. */
    next: async () => {
      const before = server.received.length
      await clock.advance(INTERVAL)
      await expect.poll(() => server.received.length).toBeGreaterThan(before)
      await new Promise((resolve) => setTimeout(resolve, 30))
    },
    [Symbol.asyncDispose]: async () => {
      watcher[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Watches a run, and keeps what was seen. */
function seenOf(watcher: RunWatcher, id: string, signal = new AbortController().signal) {
  const seen: Seen[] = []
  const ended = (async () => {
    for await (const each of watcher.watch(id, signal)) seen.push(each)
  })()
  ended.catch(() => {})
  return { seen, ended, states: () => seen.map(({ run }) => run?.state) }
}

describe('the watcher of runs', () => {
  it('lists once an interval, however many runs it watches, and asks once for each that ended', async () => {
    const states: Record<string, RuntimeState> = {
      a: 'RUNNING',
      b: 'PENDING',
      c: 'RUNNING',
      other: 'RUNNING',
    }
    await using here = await place(states)
    const [a, b, c] = [seenOf(here.watcher, 'a'), seenOf(here.watcher, 'b'), seenOf(here.watcher, 'c')]
    await here.next()
    expect([a.states(), b.states(), c.states()]).toEqual([['RUNNING'], ['PENDING'], ['RUNNING']])
    states['a'] = 'SUCCEEDED'
    delete states['c']
    await here.next()
    await Promise.all([a.ended, c.ended])
    expect([a.states(), b.states(), c.states()]).toEqual([
      ['RUNNING', 'SUCCEEDED'],
      ['PENDING', 'PENDING'],
      ['RUNNING', undefined],
    ])
    expect([here.asked('/runs'), here.asked('/runs/a'), here.asked('/runs/c')]).toEqual([2, 1, 1])
    // Those that nobody watches may have to be ended.
    expect(here.looked).toEqual([['other'], ['other']])
  })

  it('stops asking when nobody watches any more', async () => {
    await using here = await place({ a: 'RUNNING' })
    const abort = new AbortController()
    const a = seenOf(here.watcher, 'a', abort.signal)
    await here.next()
    abort.abort()
    await a.ended
    const before = here.asked('/runs')
    await here.clock.advance(10 * INTERVAL)
    expect(here.asked('/runs')).toBe(before)
  })

  it('waits for a server that is away, and tells when its patience is over', async () => {
    await using here = await place({ a: 'RUNNING' })
    const a = seenOf(here.watcher, 'a')
    here.down.is = true
    for (let looks = 0; looks < 3; looks++) await here.next()
    here.down.is = false
    await here.next()
    expect(a.states()).toEqual(['RUNNING'])
    here.down.is = true
    for (let looks = 0; looks < 6; looks++) await here.next()
    await expect(a.ended).rejects.toMatchObject({ code: 'KFP_UNAVAILABLE' })
  })

  it('lets two at a time be read, in turns, where the server does not show how far they are', async () => {
    await using here = await place({ a: 'RUNNING', b: 'RUNNING', c: 'RUNNING' }, { isNative: true })
    const all = ['a', 'b', 'c'].map((id) => seenOf(here.watcher, id))
    for (let looks = 0; looks < 3; looks++) await here.next()
    expect(all.map(({ seen }) => seen.filter(({ mayRead }) => mayRead).length)).toEqual([2, 2, 2])
  })
})
