import { describe, expect, it } from 'vitest'
import { History } from '../src/history/index.ts'
import type { FrozenTrial } from '../src/index.ts'

function trialWith(number: number, constraints: Readonly<Record<string, number>>): FrozenTrial {
  return {
    id: number,
    number,
    state: 'complete',
    values: [0],
    params: new Map(),
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: Object.fromEntries(
      Object.entries(constraints).map(([name, value]) => [`constraints:${name}`, value]),
    ),
    startedAt: 0,
    completedAt: 0,
  }
}

describe('the history keeps each constraint as a column', () => {
  it('with NaN for trials that have no value for it', () => {
    const history = new History(1)
    history.append(trialWith(0, { memory: -1 }))
    history.append(trialWith(1, { memory: 2, time: 3 }))
    history.append(trialWith(2, {}))
    const { constraints, violations, size } = history.snapshot()
    expect([...(constraints['memory'] ?? [])].slice(0, size)).toEqual([-1, 2, Number.NaN])
    expect([...(constraints['time'] ?? [])].slice(0, size)).toEqual([Number.NaN, 3, Number.NaN])
    expect([...violations].slice(0, size)).toEqual([0, 5, 0])
  })

  it('as long as there are trials, even where none of the newest has a value', () => {
    const history = new History(1)
    history.append(trialWith(0, { memory: 1 }))
    for (let number = 1; number < 100; number++) history.append(trialWith(number, {}))
    const { constraints, size } = history.snapshot()
    expect(constraints['memory']?.length).toBeGreaterThanOrEqual(size)
    expect(constraints['memory']?.[99]).toBeNaN()
  })
})
