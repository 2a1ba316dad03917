import { describe, expect, it } from 'vitest'
import {
  createStudy,
  float,
  InMemoryStorage,
  type JsonValue,
  type Notice,
  randomSampler,
  type Trial,
  type TrialAdditions,
  TuneError,
} from '../src/index.ts'

const unreadable = () => {
  throw new Error('do not look')
}

/** What objectives may do: anything. */
const odd: readonly (readonly [string, () => unknown])[] = [
  ['throws an object without a prototype', () => Promise.reject(Object.create(null))],
  [
    'throws what cannot be described',
    () => Promise.reject({ toString: unreadable, [Symbol.toPrimitive]: unreadable }),
  ],
  [
    'throws an error whose message cannot be read',
    () => Promise.reject(Object.defineProperty(new Error(''), 'message', { get: unreadable })),
  ],
  [
    'throws what does not want to be looked at',
    () =>
      Promise.reject(
        new Proxy({}, { getPrototypeOf: unreadable, get: unreadable, has: unreadable, ownKeys: unreadable }),
      ),
  ],
  ['throws undefined', () => Promise.reject(undefined)],
  ['gives a bigint', () => 1n],
  [
    'gives itself',
    () => {
      const it: unknown[] = []
      it.push(it)
      return it
    },
  ],
  ['gives an object without a prototype', () => Object.create(null)],
  [
    'gives what cannot be read',
    () => Object.defineProperty({}, 'state', { get: unreadable, enumerable: true }),
  ],
  ['gives a running state', () => ({ state: 'running' })],
  ['gives a complete state without values', () => ({ state: 'complete' })],
  ['gives a reason that is no text', () => ({ state: 'failed', reason: Object.create(null) })],
  ['gives NaN', () => Number.NaN],
  ['gives nothing', () => undefined],
  ['gives a symbol', () => Symbol('x')],
]

describe('a trial ends, whatever its objective does', () => {
  it.each(odd)('that %s', async (_, objective) => {
    const storage = new InMemoryStorage()
    await using study = await createStudy({ storage, sampler: randomSampler() })
    await study.optimize(({ number }) => (number === 1 ? objective() : 1) as number, {
      trials: 3,
      catch: true,
    })
    expect((await study.trials()).map(({ state }) => state)).toEqual([
      'complete',
      'failed',
      'complete',
      'complete',
    ])
    const reason = (await study.trials())[1]?.systemAttributes['tune:failure']
    expect(reason).toEqual(expect.any(String))
  })

  it.each<[string, (trial: Trial) => Promise<void>]>([
    ['undefined', (trial) => trial.setUserAttribute('a', undefined as never)],
    ['a function', (trial) => trial.setUserAttribute('a', (() => 1) as never)],
    ['a long key', (trial) => trial.setUserAttribute('k'.repeat(600), 1)],
    [
      'a circular value',
      (trial) => {
        const it: unknown[] = []
        it.push(it)
        return trial.setUserAttribute('a', it as never)
      },
    ],
    ['NaN as a constraint', (trial) => trial.setConstraint('c', Number.NaN)],
    ['a step of a half', (trial) => trial.report(1, 0.5)],
  ])('that catches the refusal of %s', async (_, write) => {
    await using study = await createStudy({ sampler: randomSampler() })
    let refusal: unknown
    await study.optimize(
      async (trial) => {
        await trial.setUserAttribute('before', 1)
        await write(trial).catch((error: unknown) => {
          refusal = error
        })
        await trial.setUserAttribute('after', 1)
        return 1
      },
      { trials: 1 },
    )
    expect(refusal).toBeInstanceOf(TuneError)
    expect((await study.trials())[0]).toMatchObject({
      state: 'complete',
      values: [1],
      userAttributes: { before: 1, after: 1 },
    })
  })

  /** A storage that cannot tell a name from another one, as a database that ignores case. */
  class Caseless extends InMemoryStorage {
    override async extendTrial(
      ...[lease, additions]: Parameters<InMemoryStorage['extendTrial']>
    ): Promise<void> {
      refuse(additions)
      await super.extendTrial(lease, additions)
    }
    override async finishTrial(
      ...[claim, outcome]: Parameters<InMemoryStorage['finishTrial']>
    ): Promise<void> {
      refuse(outcome)
      await super.finishTrial(claim, outcome)
    }
  }
  function refuse({ params = new Map(), userAttributes = {} }: TrialAdditions): void {
    for (const name of [...params.keys(), ...Object.keys(userAttributes)])
      if (name === 'BAD')
        throw new TuneError('INVALID_NAME', `'${name}': this database cannot tell it from 'bad'`)
  }

  it('keeps what the storage takes, and says what it refused', async () => {
    const notices: Notice[] = []
    await using study = await createStudy({
      storage: new Caseless(),
      sampler: randomSampler(),
      onNotice: (notice) => notices.push(notice),
    })
    await study.optimize(
      async (trial) => {
        await trial.report(5, 0)
        await trial.setUserAttribute('BAD', 1).catch(() => {})
        await trial.setUserAttribute('good', 1)
        return 1
      },
      { trials: 1 },
    )
    const [trial] = await study.trials()
    expect(trial).toMatchObject({ state: 'complete', values: [1], userAttributes: { good: 1 } })
    expect(trial?.intermediateValues).toEqual(new Map([[0, 5]]))
    expect(trial?.systemAttributes['tune:refused']).toEqual([
      "attribute BAD: 'BAD': this database cannot tell it from 'bad'",
    ])
    expect(notices.map(({ code }) => code)).toEqual(['WRITE_REFUSED'])
  })

  it('fails where a parameter is refused: its value would belong to nothing', async () => {
    await using study = await createStudy({
      storage: new Caseless(),
      sampler: randomSampler(),
      onNotice: () => {},
    })
    await study.optimize(
      async (trial) => {
        await trial.suggestFloat('fine', 0, 1)
        await trial.suggestFloat(trial.number === 0 ? 'BAD' : 'other', 0, 1)
        return 1
      },
      { trials: 1 },
    )
    const [bad, good] = await study.trials()
    expect(bad).toMatchObject({ state: 'failed', values: null })
    expect([...(bad?.params.keys() ?? [])]).toEqual(['fine'])
    expect(bad?.systemAttributes['tune:failure']).toBe('the storage refused parameter BAD')
    expect(good?.state).toBe('complete')
  })
})

describe('a trial that somebody asked for with parameters that cannot be', () => {
  const bad: readonly (readonly [string, JsonValue])[] = [
    ['a choice that does not exist', { c: 'no' }],
    ['a value out of range', { x: 7 }],
    ['a value of another type', { x: 'text' }],
    ['text for all of them', 'x = 1'],
    ['a list for all of them', [1, 2n ** 70n]],
    ['an integer that is too large', { x: 2n ** 70n }],
  ]

  it.each(bad)('fails alone: %s, with a space', async (_, fixed) => {
    const notices: Notice[] = []
    await using study = await createStudy({
      space: { x: float(0, 1), c: { kind: 'categorical', choices: ['a', 'b'] } },
      sampler: randomSampler(),
      onNotice: (notice) => notices.push(notice),
    })
    await study.storage.createTrials(study.id, [
      { state: 'waiting', systemAttributes: { fixed_params: fixed } },
    ])
    await study.optimize(() => 1, { trials: 3 })
    expect((await study.trials()).map(({ state }) => state)).toEqual([
      'failed',
      'complete',
      'complete',
      'complete',
    ])
    expect(notices.map(({ code }) => code)).toEqual(['TRIAL_REFUSED'])
  })

  it.each(bad)('fails alone: %s, define by run', async (_, fixed) => {
    await using study = await createStudy({ sampler: randomSampler(), onNotice: () => {} })
    await study.storage.createTrials(study.id, [
      { state: 'waiting', systemAttributes: { fixed_params: fixed } },
    ])
    await study.optimize(
      async (trial) => {
        await trial.suggestFloat('x', 0, 1)
        await trial.suggestCategorical('c', ['a', 'b'])
        return 1
      },
      { trials: 3 },
    )
    expect((await study.trials()).map(({ state }) => state)).toEqual([
      'failed',
      'complete',
      'complete',
      'complete',
    ])
  })
})

describe('what is handed over', () => {
  it('is kept as it was at the call', async () => {
    await using study = await createStudy({ direction: ['minimize', 'minimize'], sampler: randomSampler() })
    const [report, attribute, values] = [[0, 0], { list: [1] }, [1, 2]]
    const trial = await study.ask()
    for (let step = 0; step < 3; step++) {
      report[0] = step
      await trial.report(report, step)
    }
    const set = trial.setUserAttribute('a', attribute)
    attribute.list.push(2)
    await set
    const told = study.tell(trial, values)
    values[0] = 999
    await told
    const setting = study.setUserAttribute('b', attribute)
    attribute.list.push(3)
    await setting
    const fixed = { x: 0.5 }
    const enqueued = study.enqueue(fixed)
    fixed.x = 7
    await enqueued
    const [kept, waiting] = await study.trials()
    expect(kept).toMatchObject({ values: [1, 2], userAttributes: { a: { list: [1] } } })
    expect(Object.values(kept?.systemAttributes ?? {})).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ])
    expect(study.userAttributes).toEqual({ b: { list: [1, 2] } })
    expect(waiting?.systemAttributes).toEqual({ fixed_params: { x: 0.5 } })
  })
})

describe('a trial that is added', () => {
  const x = { distribution: float(0, 1), internal: 0.5 }
  it.each([
    [
      'a category that is none',
      {
        params: new Map([['c', { distribution: { kind: 'categorical', choices: ['a', 'b'] }, internal: 7 }]]),
      },
      'INVALID_PARAMS',
    ],
    ['a value out of range', { params: new Map([['x', { ...x, internal: 7 }]]) }, 'INVALID_PARAMS'],
    ['NaN as a parameter', { params: new Map([['x', { ...x, internal: Number.NaN }]]) }, 'INVALID_PARAMS'],
    [
      'a negative value under log',
      { params: new Map([['x', { distribution: { ...float(1, 2), low: -1, log: true }, internal: -1 }]]) },
      'INVALID_DISTRIBUTION',
    ],
    ['NaN', { values: [Number.NaN] }, 'INVALID_VALUE'],
    ['two values', { values: [1, 2] }, 'INVALID_VALUE'],
    ['no value', { values: null }, 'INVALID_VALUE'],
    ['values though it failed', { state: 'failed', values: [1] }, 'INVALID_VALUE'],
    ['a state of its own', { state: 'running' }, 'INVALID_VALUE'],
    ['a report at no step', { intermediateValues: new Map([[-1, 1]]) }, 'INVALID_ARGUMENT'],
    ['an attribute that is none', { userAttributes: { a: () => 1 } }, 'INVALID_VALUE'],
  ])('with %s is refused, and the study goes on', async (_, wrong, code) => {
    await using study = await createStudy({ sampler: randomSampler() })
    const trial = { state: 'complete', values: [1], params: new Map([['x', x]]), ...wrong }
    await expect(study.add(trial as never)).rejects.toMatchObject({ code })
    expect(await study.trials()).toEqual([])
    await study.add({ state: 'complete', values: [1], params: new Map([['x', x]]) })
    await study.optimize((each) => each.suggestFloat('x', 0, 1), { trials: 3 })
    expect(await study.counts()).toMatchObject({ complete: 3, failed: 0 })
  })
})
