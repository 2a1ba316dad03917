import { describe, expect, it } from 'vitest'
import { createStudy, float, InMemoryStorage, randomSampler, type Sampler } from '../src/index.ts'
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

  it('is handed over at once', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const options = { name: 's', storage, clock, lease: 900, sampler: randomSampler() }
    await using first = await createStudy(options)
    const begun: number[] = []
    const optimizing = first.optimize(
      ({ number, signal }) => {
        begun.push(number)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
      { parallel: 3, orphans: 'adopt' },
    )
    while (begun.length < 3) await clock.advance(1)
    await first.handOver()
    await expect(optimizing).rejects.toThrow(expect.objectContaining({ code: 'STUDY_CLOSED' }))
    await using second = await createStudy({ ...options, loadIfExists: true })
    const adopted = await second.adopt()
    expect(adopted.map(({ number }) => number)).toEqual([0, 1, 2])
    for (const trial of adopted) await second.tell(trial, 1)
    expect(await second.counts()).toMatchObject({ complete: 3, failed: 0, running: 0, waiting: 0 })
  })

  it('that is only about to begin when its study is handed over waits again', async () => {
    const storage = new InMemoryStorage()
    let suggesting = () => {}
    const begun = new Promise<void>((resolve) => {
      suggesting = resolve
    })
    const slow: Sampler = {
      name: 'slow',
      options: {},
      threaded: false,
      suggest: () => {
        suggesting()
        return { params: {} }
      },
    }
    const study = await createStudy({ name: 's', storage, sampler: slow, space: { x: float(0, 1) } })
    const asked = study.ask().catch((error: unknown) => error)
    await begun
    await study.handOver()
    await asked
    const states = (await study.trials()).map(({ state }) => state)
    expect(states.filter((state) => state === 'failed')).toEqual([])
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
