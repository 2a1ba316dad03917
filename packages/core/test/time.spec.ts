import { describe, expect, it } from 'vitest'
import {
  createStudy,
  type Duration,
  InMemoryStorage,
  milliseconds,
  type Notice,
  randomSampler,
  type StartOptions,
  systemClock,
} from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

const MONTH = 30 * 24 * 3_600_000

describe('a duration', () => {
  it.each<[Duration, number]>([
    [60, 60],
    ['60 ms', 60],
    ['90 s', 90_000],
    ['30 min', 1_800_000],
    ['1.5 days', 129_600_000],
    ['1 hr 30 min', 5_400_000],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('%j is so many milliseconds', (duration, ms) => {
    expect(milliseconds(duration, 'timeout')).toBe(ms)
  })

  it.each<Duration>([
    Number.NaN,
    -1,
    0,
    Number.NEGATIVE_INFINITY,
    '60',
    '',
    'soon',
    '-5 min',
    '5 min ago',
    '5 foo',
  ])('%j is none', (duration) => {
    expect(() => milliseconds(duration, 'timeout')).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(
          "timeout: it must be a number of milliseconds above 0, or a text such as '30 min'",
        ),
      }),
    )
  })

  it.each(['timeout', 'lease', 'heartbeatGrace'])('is checked as %s', async (name) => {
    await using study = await createStudy({ sampler: randomSampler() })
    const take = (duration: Duration) =>
      name === 'timeout'
        ? study.optimize(() => 1, { timeout: duration, trials: 1 })
        : createStudy({ [name]: duration })
    for (const duration of [Number.NaN, -1, '60'])
      await expect(take(duration)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it.each([MONTH, Number.POSITIVE_INFINITY])('of %i ms does not pass at once', async (ms) => {
    const ended = new AbortController()
    let hasPassed = false
    const slept = systemClock.sleep(ms, ended.signal).then(() => {
      hasPassed = !ended.signal.aborted
    })
    let calls = 0
    using _timer = systemClock.every(ms, () => calls++)
    for (let i = 0; i < 20; i++) await systemClock.sleep(1)
    expect([hasPassed, calls]).toEqual([false, 0])
    ended.abort()
    await slept
  })

  it('that is past is over at once, and nothing warns of it', async () => {
    const warnings: Error[] = []
    const take = (warning: Error) => warnings.push(warning)
    process.on('warning', take)
    await systemClock.sleep(-284)
    // Warnings come a moment later.
    await systemClock.sleep(1)
    process.off('warning', take)
    expect(warnings).toEqual([])
  })
})

describe('a run that has a time', () => {
  it.each<[string, Duration | undefined]>([
    ['a timeout', 50],
    ['an abort', undefined],
  ])('is ended by %s though its objective waits for nothing', async (_, timeout) => {
    const notices: Notice[] = []
    await using study = await createStudy({
      sampler: randomSampler(),
      onNotice: (notice) => notices.push(notice),
    })
    const abort = new AbortController()
    if (timeout === undefined) setTimeout(() => abort.abort(), 50)
    await study.optimize(() => 1, { signal: abort.signal, ...(timeout !== undefined && { timeout }) })
    expect((await study.counts()).complete).toBeGreaterThan(0)
    expect(notices.map(({ code }) => code)).toEqual(timeout === undefined ? [] : ['TIMEOUT'])
  })

  it('says that it was time that ended it', async () => {
    const clock = new FakeClock()
    const notices: Notice[] = []
    const onNotice = (notice: Notice) => notices.push(notice)
    await using study = await createStudy({ name: 's', sampler: randomSampler(), clock, onNotice })
    await study.optimize(() => clock.advance(40).then(() => 1), { timeout: 60, trials: 50 })
    expect(notices).toEqual([
      { code: 'TIMEOUT', message: "study 's': the timeout of 60 ms is over; no further trial starts" },
    ])
    notices.splice(0)
    await study.optimize(() => 1, { timeout: '1 day', trials: 50 })
    expect(notices).toEqual([])
  })

  it.each(['stop', 'abort', 'timeout'])(
    'gives back the trial that the storage handed out too late: %s',
    async (end) => {
      const clock = new FakeClock()
      const abort = new AbortController()
      class Late extends InMemoryStorage {
        late: (() => Promise<void>) | undefined
        override async startTrial(id: string, options: StartOptions) {
          await this.late?.()
          return super.startTrial(id, options)
        }
      }
      const storage = new Late({ clock })
      await using study = await createStudy({ storage, sampler: randomSampler(), clock, onNotice: () => {} })
      await study.enqueue({ x: 0.25 })
      storage.late = async () => {
        if (end === 'stop') study.stop()
        else if (end === 'abort') abort.abort()
        else await clock.advance(100)
      }
      let evaluations = 0
      await study.optimize(() => ++evaluations, { trials: 3, timeout: 50, signal: abort.signal })
      expect(evaluations).toBe(0)
      expect((await study.trials()).map(({ state }) => state)).toEqual(['waiting'])
      storage.late = undefined
      await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 })
      expect((await study.trials()).map(({ state, values }) => [state, values])).toEqual([
        ['complete', [0.25]],
      ])
    },
  )
})
