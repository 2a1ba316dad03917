import { describe, expect, it } from 'vitest'
import {
  createStudy,
  grid,
  InMemoryStorage,
  int,
  type Lease,
  loadStudy,
  median,
  type Notice,
  randomSampler,
  TuneError,
} from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Time passes while this process does nothing else: nobody renews a lease meanwhile. */
class Blocking extends FakeClock {
  #ahead = 0
  override now(): number {
    return super.now() + this.#ahead
  }
  block(ms: number): void {
    this.#ahead += ms
  }
}

describe('a process that was stopped for longer than its lease', () => {
  it.each(['fail', 'adopt'] as const)(
    'neither fails nor repeats its own trial: orphans %s',
    async (orphans) => {
      const clock = new Blocking()
      const storage = new InMemoryStorage({ clock })
      const options = {
        name: 's',
        storage,
        clock,
        lease: 900,
        sampler: randomSampler(),
        loadIfExists: true,
      } as const
      await using study = await createStudy(options)
      await using other = await createStudy(options)
      let evaluations = 0
      const blocking = async () => {
        evaluations++
        clock.block(16_000)
        await (orphans === 'fail' ? study.reap() : study.adopt())
        await (orphans === 'fail' ? other.reap() : other.adopt())
        await clock.advance(10_000)
        return 1
      }
      await study.optimize(blocking, { trials: 2, orphans })
      expect(evaluations).toBe(2)
      expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete'])
    },
  )
})

describe('leases that cannot be renewed', () => {
  const told = {
    code: 'RENEWAL_FAILED',
    message: 'the leases of 1 running trials could not be renewed: TuneError: too many of them',
  }
  class Failing extends InMemoryStorage {
    fails: 'no' | 'at once' | 'never answers' = 'no'
    override async renewLeases(leases: readonly Lease[], leaseMs: number) {
      if (this.fails === 'at once') throw new TuneError('STORAGE_FAILED', 'too many of them')
      if (this.fails === 'never answers') await new Promise(() => {})
      return super.renewLeases(leases, leaseMs)
    }
  }

  it.each([
    ['at once', [told]],
    ['never answers', []],
  ] as const)('are told, and what may be lost is aborted: %s', async (how, said) => {
    const clock = new FakeClock()
    const storage = new Failing({ clock })
    const notices: Notice[] = []
    const onNotice = (notice: Notice) => notices.push(notice)
    await using study = await createStudy({
      storage,
      clock,
      lease: 900,
      sampler: randomSampler(),
      onNotice,
    })
    const trial = await study.ask()
    await clock.advance(700)
    storage.fails = how
    await clock.advance(700)
    expect(trial.signal.aborted).toBe(false)
    await clock.advance(700)
    await settle()
    expect(trial.signal.reason).toMatchObject({ code: 'LEASE_LOST' })
    expect(notices).toEqual(said)
  })
})

describe('a run whose budget others hold', () => {
  /** Another program, which gives no sign of life. */
  class WithStranger extends InMemoryStorage {
    strangers: readonly number[] = []
    override async readOwners(id: string) {
      const owners = await super.readOwners(id)
      return owners.map(({ number, sign }) => ({
        number,
        sign: this.strangers.includes(number) ? ('none' as const) : sign,
      }))
    }
  }

  it.each([
    ['random', randomSampler],
    ['grid', grid],
  ])('ends where nothing more can come, and says for whom it does not wait: %s', async (_, sampler) => {
    const storage = new WithStranger()
    const notices: Notice[] = []
    const space = { n: int(1, 4) }
    await using stranger = await createStudy({ name: 's', storage, space, sampler: sampler() })
    await stranger.ask()
    storage.strangers = [0]
    await using study = await loadStudy('s', {
      storage,
      space,
      sampler: sampler(),
      onNotice: (n) => notices.push(n),
    })
    await study.optimize(() => 1, { trials: 4 })
    expect(await study.counts()).toMatchObject({ complete: 3, running: 1 })
    expect(notices).toMatchObject([
      { code: 'NOT_WAITING_FOR_OTHERS', message: expect.stringContaining('trials that are left (0)') },
    ])
  })

  it('waits for those that live, and says for whom', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const notices: Notice[] = []
    await using other = await createStudy({ name: 's', storage, clock, sampler: randomSampler() })
    const theirs = await other.ask()
    await using study = await loadStudy('s', {
      storage,
      clock,
      sampler: randomSampler(),
      onNotice: (n) => notices.push(n),
    })
    const run = study.optimize(() => 1, { trials: 2 })
    await settle()
    for (let i = 0; i < 10; i++) await clock.advance(1000)
    expect(notices).toEqual([
      {
        code: 'WAITING_FOR_OTHERS',
        message: "study 's': waiting for other processes, which run the trials that are left (0)",
      },
    ])
    await other.tell(theirs, { state: 'failed' })
    await clock.advance(1000)
    await run
    expect(await study.counts()).toMatchObject({ complete: 2, failed: 1 })
  })
})

describe('what a process told itself', () => {
  it('is known to its pruner at once', async () => {
    await using study = await createStudy({
      sampler: randomSampler(),
      pruner: median({ startupTrials: 1, warmupSteps: 0 }),
    })
    const [good, bad] = [await study.ask(), await study.ask()]
    await good.report(1, 0)
    await bad.report(2, 0)
    expect(await bad.shouldPrune()).toBe(false)
    await study.tell(good, 1)
    expect(await bad.shouldPrune()).toBe(true)
  })
})

describe('what is closed under a run', () => {
  it('ends it with one clear error: the study', async () => {
    await using storage = new InMemoryStorage()
    const study = await createStudy({ name: 's', storage })
    const begun = Promise.withResolvers<void>()
    const run = study.optimize(
      async (trial) => {
        await trial.suggestFloat('x', 0, 1)
        begun.resolve()
        await new Promise((resolve) => trial.signal.addEventListener('abort', resolve))
        return trial.suggestFloat('y', 0, 1)
      },
      { trials: 2 },
    )
    run.catch(() => {})
    await begun.promise
    await study[Symbol.asyncDispose]()
    await expect(run).rejects.toMatchObject({
      code: 'STUDY_CLOSED',
      message: "study 's' was closed by this process",
    })
    await expect(study.ask()).rejects.toMatchObject({ code: 'STUDY_CLOSED' })
  })
})
