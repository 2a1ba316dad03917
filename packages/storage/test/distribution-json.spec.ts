import { categorical, type Distribution, float, int } from '@tune/core'
import { anyDistribution } from '@tune/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distributionFromJson, distributionToJson } from '../src/index.ts'

describe('the JSON of a distribution', () => {
  it('brings back any distribution', () => {
    fc.assert(
      fc.property(anyDistribution, (distribution) => {
        expect(distributionFromJson(distributionToJson(distribution))).toEqual(distribution)
      }),
    )
  })

  it.each<[Distribution, string]>([
    [
      float(0, 1),
      '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}',
    ],
    [
      float(1e-5, 2, { log: true }),
      '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.00001, "high": 2.0, "log": true}}',
    ],
    [
      float(0, 1, { step: 0.25 }),
      '{"name": "FloatDistribution", "attributes": {"step": 0.25, "low": 0.0, "high": 1.0, "log": false}}',
    ],
    [int(1, 9), '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 9}}'],
    [
      categorical([null, true, 1, 'ä"b', Number.NaN]),
      '{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, "ä\\"b", NaN]}}',
    ],
  ])('is that of Optuna (%#)', (distribution, json) => {
    expect(distributionToJson(distribution)).toBe(json)
    expect(distributionFromJson(json)).toEqual(distribution)
  })

  it.each<[string, Distribution]>([
    ['{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 2.0}}', float(0, 2)],
    [
      '{"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 2.0}}',
      float(0.1, 2, { log: true }),
    ],
    [
      '{"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 2.0, "q": 0.5}}',
      float(0, 2, { step: 0.5 }),
    ],
    [
      '{"name": "IntUniformDistribution", "attributes": {"low": 0, "high": 6, "step": 3}}',
      int(0, 6, { step: 3 }),
    ],
    [
      '{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 6, "step": 1}}',
      int(1, 6, { log: true }),
    ],
  ])('of older Optunas is understood (%#)', (json, distribution) => {
    expect(distributionFromJson(json)).toEqual(distribution)
  })

  it.each([
    '',
    '{}',
    '[]',
    'null',
    '{"name": "constructor", "attributes": {}}',
    '{"name": "IntDistribution"}',
  ])('that is none is refused: %j', (json) => {
    expect(() => distributionFromJson(json)).toThrow(expect.objectContaining({ code: 'STORAGE_CORRUPT' }))
  })
})
