import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  categorical,
  contains,
  describeDistribution,
  float,
  int,
  nearestValue,
  toExternal,
  toInternal,
} from '../src/index.ts'
import { anyDistribution } from '../src/testing/index.ts'

describe('a distribution', () => {
  it.each([
    [() => float(2, 1), 'float: low must be at most high, but low is 2 and high is 1'],
    [() => float(0, 1, { log: true }), 'float: a log range needs low > 0, but low is 0'],
    [
      () => float(1, 2, { log: true, step: 1 }),
      'float: log and step exclude each other, but step is 1; leave one out',
    ],
    [() => float(0, 1, { step: 0 }), 'float: step must be a positive number, but it is 0'],
    [() => float(Number.NaN, 1), 'float: low and high must be finite numbers, but they are NaN and 1'],
    [() => int(1.5, 2), 'int: low and high must be integers, but they are 1.5 and 2'],
    [() => int(3, 2), 'int: low must be at most high, but low is 3 and high is 2'],
    [() => int(0, 2, { log: true }), 'int: a log range needs low >= 1, but low is 0'],
    [() => int(1, 9, { log: true, step: 2 }), 'int: log needs a step of 1, but step is 2'],
    [() => int(1, 9, { step: 0 }), 'int: step must be a positive integer, but it is 0'],
    [() => categorical([]), 'categorical: choices must hold at least one choice, but it is empty'],
  ])('refuses what it cannot be (%#)', (make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_DISTRIBUTION', message }))
  })

  it('lowers a high end that its step does not reach, in decimal', () => {
    expect(float(0, 1, { step: 0.3 }).high).toBe(0.9)
    expect(float(0, 0.3, { step: 0.1 }).high).toBe(0.3)
    expect(float(-1e-7, 1, { step: 0.25 }).high).toBe(0.9999999)
    expect(int(1, 10, { step: 4 }).high).toBe(9)
  })

  it('is written as one would write it', () => {
    expect(describeDistribution(float(1e-5, 0.1, { log: true }))).toBe('float(0.00001, 0.1, log)')
    expect(describeDistribution(int(0, 8, { step: 2 }))).toBe('int(0, 8, step 2)')
    expect(describeDistribution(categorical(['a', null]))).toBe('categorical("a", null)')
  })

  it('brings any number to a value of its own, and values through both forms', () => {
    fc.assert(
      fc.property(anyDistribution, fc.double({ noNaN: true, noDefaultInfinity: true }), (distribution, x) => {
        const internal = nearestValue(distribution, x)
        expect(contains(distribution, internal)).toBe(true)
        expect(toInternal(distribution, toExternal(distribution, internal))).toBe(internal)
      }),
    )
  })
})
