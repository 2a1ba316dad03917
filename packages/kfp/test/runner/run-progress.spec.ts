import { FakeClock } from '@tune/core/testing'
import type { Run, RuntimeState } from '@tune/kfp/api'
import { describe, expect, it } from 'vitest'
import { RunProgress } from '../../src/runner/run-progress.ts'

const run = (state: RuntimeState, nodes?: readonly RuntimeState[], more: Partial<Run> = {}): Run => ({
  run_id: 'r',
  display_name: 'r',
  state,
  ...(nodes && { run_details: { task_details: nodes.map((each) => ({ state: each })) } }),
  ...more,
})

/** A run that was looked at, a second apart. */
async function progressOf(...looks: readonly Run[]): Promise<RunProgress> {
  const clock = new FakeClock()
  const progress = new RunProgress(clock)
  for (const look of looks) {
    await clock.advance(1000)
    progress.take(look)
  }
  return progress
}

describe('how far a run is', () => {
  it.each<[string, readonly Run[], number]>([
    ['that goes on as before', [run('RUNNING'), run('RUNNING'), run('RUNNING')], 2000],
    ['of which a task ended', [run('RUNNING', ['RUNNING']), run('RUNNING', ['SUCCEEDED'])], 0],
    [
      'that has one task more',
      [run('RUNNING', undefined, { task_count: 1 }), run('RUNNING', undefined, { task_count: 2 })],
      0,
    ],
    ['that waits in a queue', [run('PENDING'), run('PENDING'), run('PENDING')], 0],
    ['that nobody has looked at yet', [{ run_id: 'r', display_name: 'r' }], 0],
    ['that is paused', [run('PAUSED'), run('PAUSED')], 0],
    ['of which a task waits for room', [run('RUNNING', ['PENDING']), run('RUNNING', ['PENDING'])], 0],
  ])('is told of one %s', async (_, looks, idleMs) => {
    expect((await progressOf(...looks)).idleMs).toBe(idleMs)
  })

  it.each<[string, readonly Run[], boolean]>([
    ['nothing', [run('RUNNING'), run('FAILED')], false],
    ['CANCELING on the way', [run('RUNNING'), run('CANCELING'), run('FAILED')], true],
    ['CANCELED', [run('CANCELED')], true],
    ['CANCELING in its history', [run('FAILED', [], { state_history: [{ state: 'CANCELING' }] })], true],
  ])('counts as ended by somebody where it showed %s', async (_, looks, wasEnded) => {
    expect((await progressOf(...looks)).wasEnded).toBe(wasEnded)
  })

  it('does not count the time since it was last looked at', async () => {
    const clock = new FakeClock()
    const progress = new RunProgress(clock)
    progress.take(run('RUNNING'))
    await clock.advance(1000)
    progress.take(run('RUNNING'))
    await clock.advance(3_600_000)
    expect(progress.idleMs).toBe(1000)
  })

  it('says that outputs are worth reading where tasks went well since', async () => {
    const progress = await progressOf(run('RUNNING', ['RUNNING', 'RUNNING']))
    expect(progress.mayHaveNews).toBe(false)
    progress.take(run('RUNNING', ['SUCCEEDED', 'RUNNING']))
    expect(progress.mayHaveNews).toBe(true)
    progress.wasRead()
    expect(progress.mayHaveNews).toBe(false)
    progress.take(run('RUNNING', ['SUCCEEDED', 'FAILED']))
    expect(progress.mayHaveNews).toBe(false)
  })

  it('does not know where the server does not show tasks', async () => {
    const progress = await progressOf(run('RUNNING'))
    expect(progress.mayHaveNews).toBe(true)
    progress.wasRead()
    progress.take(run('RUNNING'))
    expect(progress.mayHaveNews).toBe(true)
  })
})
