import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nondominatedBoxes } from '../src/numeric/nondominated-boxes.ts'
import { randomSource } from '../src/random/index.ts'
import { Acquisition } from '../src/samplers/gp/acquisition.ts'
import { Feasibility } from '../src/samplers/gp/feasibility.ts'
import { HypervolumeImprovement } from '../src/samplers/gp/hypervolume-improvement.ts'
import { Improvement } from '../src/samplers/gp/improvement.ts'
import { Surrogate } from '../src/samplers/gp/surrogate.ts'

const OBSERVED = 9
/** Two numbers, a choice, and a number. */
const isCategorical = Uint8Array.of(0, 0, 1, 0)

/** A surrogate of random observations and running trials, and a point to look at. */
function scene(seed: number, pending: number) {
  const stream = randomSource(seed).stream(0, 'scene')
  const place = () => [stream.uniform(), stream.uniform(), stream.below(3), stream.uniform()]
  const normal = () => 2 * stream.uniform() - 1
  const coordinates = Float64Array.from(Array.from({ length: OBSERVED + pending }, place).flat())
  const surrogate = () =>
    new Surrogate({
      points: { coordinates, count: OBSERVED + pending },
      isCategorical,
      kernel: {
        inverseSquaredLengthscales: Float64Array.from({ length: 4 }, () => Math.exp(normal())),
        scale: Math.exp(normal()),
        noise: 1e-3,
      },
      targets: Float64Array.from({ length: OBSERVED }, normal),
    })
  return { surrogate, normal, point: Float64Array.from(place()) }
}

function expectGradient(acquisition: Acquisition, point: Float64Array): void {
  const gradient = new Float64Array(4)
  acquisition.evaluate(point, gradient)
  const step = 1e-5
  for (const k of [0, 1, 3]) {
    const at = (shift: number) => acquisition.evaluate(point.with(k, (point[k] as number) + shift))
    const difference = (at(step) - at(-step)) / (2 * step)
    // Differences lose half of the digits, more where the value bends.
    const tolerance = 1e-5 * Math.max(1, Math.abs(difference))
    expect(Math.abs((gradient[k] as number) - difference), `by coordinate ${k}`).toBeLessThan(tolerance)
  }
  expect(gradient[2]).toBe(0)
}

const anyScene = fc.record({ seed: fc.nat(1e6), pending: fc.nat(3) })

describe('the gradient equals differences, with and without running trials,', () => {
  it('of the expected improvement on a best value near and far', () => {
    fc.assert(
      fc.property(anyScene, fc.double({ min: -5, max: 3, noNaN: true }), ({ seed, pending }, best) => {
        const { surrogate, point } = scene(seed, pending)
        expectGradient(new Acquisition([new Improvement(surrogate(), best)]), point)
      }),
    )
  })

  it('of the expected improvement where two constraints hold', () => {
    fc.assert(
      fc.property(anyScene, fc.double({ min: -3, max: 3, noNaN: true }), ({ seed, pending }, limit) => {
        const { surrogate, point } = scene(seed, pending)
        const utilities = [
          new Improvement(surrogate(), -0.5),
          new Feasibility(surrogate(), limit),
          new Feasibility(surrogate(), -0.3),
        ]
        expectGradient(new Acquisition(utilities), point)
      }),
    )
  })

  it('of the expected hypervolume improvement', () => {
    const anySize = fc.record({
      objectives: fc.integer({ min: 2, max: 3 }),
      front: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(anyScene, anySize, ({ seed, pending }, { objectives, front }) => {
        const { surrogate, normal, point } = scene(seed, pending)
        const each = Array.from({ length: objectives }, (_, i) => i)
        const reference = each.map(() => 1.2)
        const points = Array.from({ length: front }, () => each.map(normal))
        const boxes = nondominatedBoxes(points, reference)
        const improvement = new HypervolumeImprovement(each.map(surrogate), boxes)
        expectGradient(new Acquisition([improvement]), point)
      }),
    )
  })
})
