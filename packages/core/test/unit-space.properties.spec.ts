import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomSource } from '../src/random/index.ts'
import { UnitSpace } from '../src/samplers/gp/unit-space.ts'
import { uniformValue } from '../src/samplers/random/uniform-value.ts'
import { contains, type Distribution } from '../src/space/index.ts'
import { anyDistribution } from '../src/testing/index.ts'

const anyValue = fc
  .record({ distribution: anyDistribution, seed: fc.nat() })
  .map(({ distribution, seed }) => ({
    distribution,
    internal: uniformValue(distribution, randomSource(seed).stream(0, 'x')),
  }))

const unit = (distribution: Distribution) => new UnitSpace({ x: distribution })

describe('the unit space', () => {
  it('gives every value a coordinate from 0 to 1, or the index of the choice', () => {
    fc.assert(
      fc.property(anyValue, ({ distribution, internal }) => {
        const coordinate = unit(distribution).encode(0, internal)
        const last = distribution.kind === 'categorical' ? distribution.choices.length - 1 : 1
        // Logarithms of values at the ends may round past them.
        expect(coordinate).toBeGreaterThanOrEqual(-1e-12)
        expect(coordinate).toBeLessThanOrEqual(last + 1e-12)
      }),
    )
  })

  it('gets the value back from its coordinate: exactly where there are levels', () => {
    fc.assert(
      fc.property(anyValue, ({ distribution, internal }) => {
        const space = unit(distribution)
        const back = space.decode(0, space.encode(0, internal))
        const isContinuous = distribution.kind === 'float' && distribution.step === null
        const scale = Math.max(Math.abs(internal), isContinuous ? distribution.high - distribution.low : 0)
        // The logarithm of a number of 300 digits has an absolute error of 1e-13, which is the number's relative one.
        const tolerance = isContinuous ? 1e-12 * scale + Number.MIN_VALUE : 0
        expect(Math.abs(back - internal)).toBeLessThanOrEqual(tolerance)
      }),
    )
  })

  it('makes a value of any part of 1, and of a part where there are levels the coordinate of one', () => {
    const anyPart = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    fc.assert(
      fc.property(anyDistribution, anyPart, (distribution, part) => {
        const space = unit(distribution)
        expect(contains(distribution, space.decode(0, space.at(0, part)))).toBe(true)
      }),
    )
    const anyLevels = anyDistribution.filter((d) => d.kind === 'categorical' || d.step !== null)
    fc.assert(
      fc.property(anyLevels, anyPart, (distribution, part) => {
        const space = unit(distribution)
        const coordinate = space.at(0, part)
        expect(space.encode(0, space.decode(0, coordinate))).toBe(coordinate)
        expect(space.coordinate(0, space.level(0, coordinate))).toBe(coordinate)
      }),
    )
  })
})
