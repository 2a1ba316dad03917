import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createPruner, createSampler, prunerChoice, samplerChoice, tpe } from '../src/index.ts'

const SAMPLERS = ['bruteForce', 'cmaEs', 'gp', 'grid', 'partialFixed', 'qmc', 'random', 'tpe']
const PRUNERS = [
  'hyperband',
  'median',
  'none',
  'patient',
  'percentile',
  'successiveHalving',
  'threshold',
  'wilcoxon',
]
/** What pruners cannot do without. */
const needed: Readonly<Record<string, object>> = {
  patient: { patience: 1 },
  percentile: { percentile: 25 },
  threshold: { lower: 0 },
}

describe('an option that there is not', () => {
  it.each(SAMPLERS)('is refused by the sampler %s', (name) => {
    expect(() => createSampler(name, { group: true })).toThrow(`${name}: group: there is no such key`)
  })

  it.each(PRUNERS)('is refused by the pruner %s', (name) => {
    expect(() => createPruner(name, { ...needed[name], group: true })).toThrow(
      `${name}: group: there is no such key`,
    )
  })

  it('is refused where a sampler is made by its own function', () => {
    expect(() => tpe({ group: true } as object)).toThrow('tpe: group: there is no such key')
    expect(() => tpe({ candidate: 3 } as object)).toThrow('did you mean candidates?')
  })
})

describe('the options of all samplers and pruners', () => {
  it.each([...SAMPLERS, ...PRUNERS])('of %s, complete with defaults, make the same one', (name) => {
    const create = SAMPLERS.includes(name) ? createSampler : createPruner
    const { options } = create(name, { ...needed[name] })
    expect(create(name, structuredClone(options)).options).toEqual(options)
  })

  it.each([
    ['samplers', samplerChoice, SAMPLERS],
    ['pruners', prunerChoice, PRUNERS],
  ])('are described in a JSON Schema: %s', (_, choice, names) => {
    const { oneOf, $defs } = z.toJSONSchema(choice, { io: 'input' }) as {
      oneOf?: readonly Described[]
      $defs?: Readonly<Record<string, { readonly oneOf: readonly Described[] }>>
    }
    const all = oneOf ?? Object.values($defs ?? {})[0]?.oneOf ?? []
    expect(all.map(({ properties }) => properties['name']?.const)).toEqual(names)
    for (const { properties, additionalProperties } of all) {
      expect(additionalProperties).toBe(false)
      const { name: _name, ...options } = properties
      const undescribed = Object.keys(options).filter(
        (key) => options[key]?.description?.endsWith('.') !== true,
      )
      expect(undescribed).toEqual([])
    }
  })
})

interface Described {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly description?: string }>>
  readonly additionalProperties: boolean
}
