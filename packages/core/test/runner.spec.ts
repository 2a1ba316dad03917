import { describe, expect, it } from 'vitest'
import {
  createStudy,
  evaluateWith,
  float,
  InMemoryStorage,
  loadStudy,
  type RunEvent,
  type Runner,
  type RunnerTrial,
  randomSampler,
  threshold,
} from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

/** A cluster in memory: what was started there goes on whatever becomes of the tuner. */
class Cluster {
  readonly started = new Map<string, RunnerTrial>()
  readonly stopped: string[] = []
  readonly #events = new Map<string, RunEvent[]>()
  #changed = Promise.withResolvers<void>()

  /** Lets an evaluation say something. */
  say(number: number, ...events: readonly RunEvent[]): void {
    this.#events.set(`s-${number}`, [...(this.#events.get(`s-${number}`) ?? []), ...events])
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }

  runner(): Runner {
    return {
      name: 'cluster',
      start: async (trial) => {
        const key = `${trial.study}-${trial.number}`
        if (!this.started.has(key)) this.started.set(key, trial)
        return { key }
      },
      watch: (reference, signal) => this.#watch((reference as { key: string }).key, signal),
      stop: async (reference) => {
        this.stopped.push((reference as { key: string }).key)
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }

  async *#watch(key: string, signal: AbortSignal): AsyncIterable<RunEvent> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    for (let seen = 0; !signal.aborted; ) {
      const event = this.#events.get(key)?.[seen]
      if (event === undefined) await Promise.race([this.#changed.promise, aborted])
      else {
        seen++
        yield event
      }
    }
  }
}

const space = { x: float(0, 1) }
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('trials that a runner evaluates', () => {
  it('report, end, and leave their reference behind', async () => {
    const cluster = new Cluster()
    await using study = await createStudy({ name: 's', space, sampler: randomSampler() })
    const tuning = study.optimize(evaluateWith({ runner: cluster.runner(), study: 's' }), {
      trials: 2,
      parallel: 2,
    })
    await settle()
    expect([...cluster.started.keys()]).toEqual(['s-0', 's-1'])
    expect((await study.trials()).map(({ systemAttributes }) => systemAttributes['tune:run'])).toEqual([
      { key: 's-0' },
      { key: 's-1' },
    ])
    cluster.say(0, { kind: 'report', step: 0, value: 3 }, { kind: 'end', told: 4 })
    cluster.say(1, { kind: 'end', told: { state: 'failed', reason: 'no pods' } })
    await settle()
    cluster.say(2, { kind: 'end', told: 5 })
    await tuning
    const trials = await study.trials()
    expect(trials.map(({ state, values }) => [state, values])).toEqual([
      ['complete', [4]],
      ['failed', null],
      ['complete', [5]],
    ])
    expect([...(trials[0]?.intermediateValues ?? [])]).toEqual([[0, 3]])
    expect(trials[1]?.systemAttributes['tune:failure']).toBe('no pods')
    expect(cluster.started.get('s-0')?.params).toEqual({ x: trials[0]?.params.get('x')?.internal })
  })

  it('that are pruned are stopped', async () => {
    const cluster = new Cluster()
    const pruner = threshold({ upper: 10 })
    await using study = await createStudy({ name: 's', space, sampler: randomSampler(), pruner })
    const tuning = study.optimize(evaluateWith({ runner: cluster.runner(), study: 's' }), { trials: 1 })
    cluster.say(0, { kind: 'report', step: 0, value: 11 })
    await tuning
    expect(cluster.stopped).toEqual(['s-0'])
    expect((await study.trials())[0]?.state).toBe('pruned')
  })

  it('are stopped when the study is aborted', async () => {
    const cluster = new Cluster()
    await using study = await createStudy({ name: 's', space, sampler: randomSampler() })
    const abort = new AbortController()
    const objective = evaluateWith<{ x: number }>({ runner: cluster.runner(), study: 's' })
    const tuning = study.optimize(objective, { trials: 3, parallel: 2, signal: abort.signal })
    await settle()
    abort.abort()
    await tuning
    expect(cluster.stopped.toSorted()).toEqual(['s-0', 's-1'])
    expect((await study.trials()).map(({ state }) => state)).toEqual(['failed', 'failed'])
  })

  it('are found again by another process when theirs died, and repeated by none', async () => {
    const clock = new FakeClock()
    const storage = new InMemoryStorage({ clock })
    const cluster = new Cluster()
    const options = { space, sampler: randomSampler(), storage, clock, lease: 900 } as const
    const dead = await createStudy({ name: 's', ...options })
    const objective = evaluateWith<{ x: number }>({ runner: cluster.runner(), study: 's' })
    const dying = dead.optimize(objective, { trials: 3, parallel: 3 })
    dying.catch(() => {})
    await settle()
    expect(cluster.started.size).toBe(3)
    await dead[Symbol.asyncDispose]()
    await expect(dying).rejects.toMatchObject({ code: 'STUDY_CLOSED' })
    await clock.advance(1000)

    await using living = await loadStudy('s', options)
    const tuning = living.optimize(objective, { trials: 3, parallel: 3, orphans: 'adopt' })
    await settle()
    for (const number of [0, 1, 2]) cluster.say(number, { kind: 'end', told: number })
    await tuning
    expect(cluster.started.size).toBe(3)
    expect(cluster.stopped).toEqual([])
    expect((await living.trials()).map(({ state, values }) => [state, values])).toEqual([
      ['complete', [0]],
      ['complete', [1]],
      ['complete', [2]],
    ])
  })
})
