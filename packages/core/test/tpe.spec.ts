import { describe, expect, it } from 'vitest'
import {
  categorical,
  contains,
  createSampler,
  type Direction,
  float,
  int,
  isTuneError,
  randomSampler,
  type Sampler,
  type SearchSpace,
  type SuggestRequest,
  tpe,
} from '../src/index.ts'
import { historyOf, type Row } from './history-of.ts'

const space = {
  x: float(-5, 5),
  rate: float(1e-5, 1, { log: true }),
  n: int(1, 20),
  kind: categorical(['a', 'b', 'c']),
}

function request(rows: readonly Row[], more: Partial<SuggestRequest> = {}): SuggestRequest {
  const directions: readonly Direction[] = more.directions ?? ['minimize']
  const asked = more.space ?? space
  return {
    seed: 1,
    number: rows.length,
    space: asked,
    directions,
    history: historyOf(asked, directions.length, rows),
    pending: [],
    ...more,
  }
}

function randomRows(count: number, of: SearchSpace = space): Row[] {
  return Array.from({ length: count }, (_, number) => {
    const { params } = randomSampler().suggest(request([], { seed: 9, number, space: of }))
    return { number, params, values: [Object.values(params).reduce((sum, x) => sum + x * x, 0)] }
  })
}

describe('the options of TPE', () => {
  it.each([
    ['startupTrials', -1],
    ['startupTrials', 1.5],
    ['candidates', 0],
    ['candidates', Number.NaN],
  ])('%s of %d is refused in one line', (name, value) => {
    expect(() => tpe({ [name]: value })).toThrow(
      expect.toSatisfy((error) => isTuneError(error, 'INVALID_ARGUMENT') && !error.message.includes('\n')),
    )
  })

  it('are complete with defaults, and make the same sampler again', () => {
    const sampler = tpe({ candidates: 5 })
    expect(sampler.options).toEqual({
      startupTrials: 10,
      candidates: 5,
      multivariate: null,
      constantLiar: true,
    })
    const asked = request(randomRows(30))
    expect(createSampler(sampler.name, structuredClone(sampler.options)).suggest(asked)).toEqual(
      sampler.suggest(asked),
    )
  })

  it('name a sampler that does not exist', () => {
    expect(() => createSampler('none')).toThrow(
      expect.toSatisfy((error) => isTuneError(error, 'INVALID_ARGUMENT')),
    )
  })
})

describe('the address of a choice', () => {
  const alone = (sampler: Sampler, asked: SuggestRequest) =>
    Object.fromEntries(
      Object.entries(asked.space).flatMap(([name, distribution]) =>
        Object.entries(sampler.suggest({ ...asked, space: { [name]: distribution } }).params),
      ),
    )
  it.each([
    ['random', randomSampler(), 30],
    ['TPE in its startup', tpe(), 9],
    ['univariate TPE', tpe({ multivariate: false }), 30],
  ])('is its parameter: %s chooses the same alone as together', (_, sampler, trials) => {
    const asked = request(randomRows(trials))
    expect(alone(sampler, asked)).toEqual(sampler.suggest(asked).params)
  })
})

describe('what TPE learns from', () => {
  it('nothing, where no trial has the parameters: the choice is that of the prior', () => {
    const rows = randomRows(30).map(({ number, values }) => ({ number, values: values ?? null }))
    const { params } = tpe().suggest(request(rows))
    for (const [name, distribution] of Object.entries(space)) {
      expect(contains(distribution, params[name] as number), name).toBe(true)
    }
  })

  it('only trials with all parameters: one that lacks one changes nothing but the number of good ones', () => {
    const rows = randomRows(31)
    const lacking = (params: Row['params']) =>
      rows.map((row, i) => (i === 30 ? { ...row, params: params ?? {}, values: [1e9] } : row))
    const one = tpe().suggest(request(lacking({ x: 1 })))
    expect(tpe().suggest(request(lacking({ x: 4, n: 3 })))).toEqual(one)
  })

  it('running trials, unless the liar is off', () => {
    const asked = request(randomRows(60))
    const near = tpe().suggest(asked).params
    const pending = Array.from({ length: 20 }, (_, i) => ({ number: 61 + i, params: near }))
    expect(tpe().suggest({ ...asked, pending })).not.toEqual({ params: near })
    const honest = tpe({ constantLiar: false })
    expect(honest.suggest({ ...asked, pending })).toEqual(honest.suggest(asked))
  })

  it('values that are infinite, in every direction', () => {
    const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const directions of [
      ['minimize'],
      ['maximize', 'minimize'],
      ['minimize', 'maximize', 'minimize'],
    ] as const) {
      const rows = randomRows(60).map((row) => ({
        ...row,
        values: directions.map((_, d) => infinite[(row.number * 7 + d * 3) % 5] ?? row.number),
      }))
      const { params } = tpe({ multivariate: true }).suggest(request(rows, { directions }))
      for (const [name, distribution] of Object.entries(space)) {
        expect(contains(distribution, params[name] as number), name).toBe(true)
      }
    }
  })

  it.each([
    float(-1.7e308, 1.7e308),
    float(-1e308, 1e308),
    float(1e300, 1.0000000000000002e300, { log: true }),
    float(-5e-324, 5e-324),
  ])('ranges wider or narrower than arithmetic reaches: %j', (x) => {
    const rows = randomRows(60, { x })
    const chosen = tpe().suggest(request(rows, { space: { x } })).params['x'] as number
    expect(contains(x, chosen)).toBe(true)
    expect(tpe().suggest(request(rows, { space: { x }, seed: 2 })).params['x']).not.toBeNaN()
  })

  it('values that lie immeasurably far outside the range', () => {
    const rows = randomRows(60, { x: float(-1e300, 1e300) })
    const x = float(0, 1e-9)
    const { params } = tpe().suggest(request(rows, { space: { x } }))
    expect(contains(x, params['x'] as number)).toBe(true)
  })
})

describe('the best of 60 trials', () => {
  // Functions, budget and seeds were chosen before the first run.
  const seeds = Array.from({ length: 11 }, (_, i) => 1000 + i)
  const box: SearchSpace = { a: float(-5, 5), b: float(-5, 5), c: float(-5, 5), d: float(-5, 5) }
  const sphere = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) =>
    (a - 1) ** 2 + (b + 2) ** 2 + (c - 0.5) ** 2 + d ** 2
  const mixed: SearchSpace = {
    rate: float(1e-6, 1, { log: true }),
    depth: int(1, 30),
    kind: categorical([0, 1, 2, 3]),
  }
  const tuned = ([rate = 0, depth = 0, kind = 0]: readonly number[]) =>
    (Math.log10(rate) + 3) ** 2 + ((depth - 12) / 5) ** 2 + (kind === 2 ? 0 : 1)

  function bestOf(
    make: () => Sampler,
    of: SearchSpace,
    f: (x: readonly number[]) => number,
    seed: number,
  ): number {
    const rows: Row[] = []
    for (let number = 0; number < 60; number++) {
      const { params } = make().suggest(request(rows, { seed, space: of }))
      rows.push({ number, params, values: [f(Object.keys(of).map((name) => params[name] as number))] })
    }
    return Math.min(...rows.map(({ values }) => values?.[0] as number))
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number

  it.each([
    ['a sphere', box, sphere],
    ['a mixed space', mixed, tuned],
  ] as const)('of TPE is better than that of random search, in the median of 11 seeds: %s', (_, of, f) => {
    const of11 = (make: () => Sampler) => median(seeds.map((seed) => bestOf(make, of, f, seed)))
    expect(of11(() => tpe())).toBeLessThan(of11(randomSampler))
  })
})
