import { describe, expect, it } from 'vitest'
import { createStudy, InMemoryStorage, randomSampler } from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

describe('a running trial', () => {
  it('is kept by its process, however long it takes', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    await using study = await createStudy({ storage, clock, lease: 900, sampler: randomSampler() })
    const trial = await study.ask()
    await clock.advance(10_000)
    expect(await study.reap()).toEqual([])
    await study.tell(trial, 1)
    expect(await study.counts()).toMatchObject({ complete: 1 })
  })

  it('is reaped once its process is gone, and a late tell changes nothing', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const dead = await createStudy({ name: 's', storage, clock, lease: 900, sampler: randomSampler() })
    const trial = await dead.ask()
    await dead[Symbol.asyncDispose]()
    await using study = await createStudy({
      name: 's',
      storage,
      clock,
      loadIfExists: true,
      sampler: randomSampler(),
    })
    expect(await study.reap()).toEqual([])
    await clock.advance(901)
    expect(await study.reap()).toEqual([0])
    expect(await study.reap()).toEqual([])
    await expect(dead.tell(trial, 1)).rejects.toThrow(expect.objectContaining({ code: 'LEASE_LOST' }))
    expect(await study.counts()).toMatchObject({ failed: 1, complete: 0 })
  })

  it('is told that another process took it', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    await using study = await createStudy({ storage, clock, lease: 900, sampler: randomSampler() })
    const trial = await study.ask()
    const claim = { studyId: study.id, trialId: trial.id, force: true }
    await study.storage.finishTrial(claim, { state: 'failed', values: null })
    await clock.advance(301)
    expect(trial.signal.aborted).toBe(true)
    expect(trial.signal.reason).toMatchObject({ code: 'LEASE_LOST' })
  })
})
