import { describe, expect, it } from 'vitest'
import { History, HistoryFold } from '../src/history/index.ts'
import { type Distribution, type FrozenTrial, float, int } from '../src/index.ts'

function trial(
  number: number,
  params: Readonly<Record<string, readonly [Distribution, number]>>,
  constraints: Readonly<Record<string, number>> = {},
): FrozenTrial {
  return {
    id: number,
    number,
    state: 'complete',
    values: [number],
    params: new Map(
      Object.entries(params).map(([name, [distribution, internal]]) => [name, { distribution, internal }]),
    ),
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: Object.fromEntries(
      Object.entries(constraints).map(([name, value]) => [`constraints:${name}`, value]),
    ),
    startedAt: 0,
    completedAt: 0,
  }
}

describe('a history', () => {
  it('tells which distributions each parameter had; continuous ones count as one', () => {
    const history = new History(1)
    history.append(trial(0, { a: [int(0, 3), 1], x: [float(0, 1), 0.5] }))
    history.append(trial(1, { a: [int(0, 3), 2], x: [float(0, 2), 0.5] }))
    const before = history.snapshot()
    expect(before.distributionIndices).toEqual({})
    history.append(trial(2, { a: [int(0, 9), 2] }))
    history.append(trial(3, { a: [int(0, 3), 0], b: [int(1, 2), 1] }))
    const { distributions, distributionIndices } = history.snapshot()
    expect(distributions).toEqual({ a: [int(0, 3), int(0, 9)], x: [float(0, 1)], b: [int(1, 2)] })
    expect([...(distributionIndices['a'] as Uint32Array).subarray(0, 4)]).toEqual([0, 0, 1, 0])
    expect(Object.keys(distributionIndices)).toEqual(['a'])
    expect(before.distributions).toEqual({ a: [int(0, 3)], x: [float(0, 1)] })
  })
})

describe('a fold over a history', () => {
  it('takes only new rows, also after the columns moved, and starts anew for another history', () => {
    const fold = new HistoryFold<number[]>()
    let taken = 0
    const numbers = (history: History) => {
      const snapshot = history.snapshot()
      const result = fold.of(
        'numbers',
        snapshot,
        () => [],
        (list, row) => {
          taken++
          list.push(snapshot.numbers[row] as number)
        },
      )
      return [...result]
    }
    const history = new History(1)
    for (let number = 0; number < 200; number++) {
      history.append(trial(number, number < 150 ? {} : { late: [int(0, 1), 1] }))
      expect(numbers(history)).toHaveLength(number + 1)
    }
    expect(taken).toBe(200)
    const other = new History(1)
    for (let number = 0; number < 201; number++) other.append(trial(number === 3 ? 500 : number, {}))
    expect(numbers(other)[3]).toBe(500)
    expect(taken).toBe(401)
    expect(numbers(history)).toHaveLength(200)
  })
})

describe('the history keeps each constraint as a column', () => {
  it('with NaN for trials that have no value for it', () => {
    const history = new History(1)
    history.append(trial(0, {}, { memory: -1 }))
    history.append(trial(1, {}, { memory: 2, time: 3 }))
    history.append(trial(2, {}, {}))
    const { constraints, violations, size } = history.snapshot()
    expect([...(constraints['memory'] ?? [])].slice(0, size)).toEqual([-1, 2, Number.NaN])
    expect([...(constraints['time'] ?? [])].slice(0, size)).toEqual([Number.NaN, 3, Number.NaN])
    expect([...violations].slice(0, size)).toEqual([0, 5, 0])
  })

  it('as long as there are trials, even where none of the newest has a value', () => {
    const history = new History(1)
    history.append(trial(0, {}, { memory: 1 }))
    for (let number = 1; number < 100; number++) history.append(trial(number, {}, {}))
    const { constraints, size } = history.snapshot()
    expect(constraints['memory']?.length).toBeGreaterThanOrEqual(size)
    expect(constraints['memory']?.[99]).toBeNaN()
  })
})
