import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Forecaster } from '../src/forecast/day-inputs.ts'
import { DEGREE } from '../src/graph/road-graph.ts'
import {
  defaultParameters,
  parseParameters,
  suggestParameters,
  wholeSpace,
} from '../src/value-iteration/parameters.ts'
import { ValueIterator } from '../src/value-iteration/value-iterator.ts'
import { discounts, type ValueModel, valueModel } from '../src/value-iteration/value-model.ts'
import { createWorld } from '../src/world/world.ts'
import { exactValues } from './policy-iteration.ts'
import { ring, tinyGraph, tinyModel } from './small-models.ts'

function values(model: ValueModel, sweeps: number): Float64Array {
  return new ValueIterator(model.graph.segments, model.graph.zones).iterate(model, sweeps).value.slice()
}

function expectAll(actual: Float64Array, expected: number, digits = 8): void {
  for (const value of actual) expect(value).toBeCloseTo(expected, digits)
}

const world = createWorld('yokohama', 'xs')
const [evening] = new Forecaster(world, 28).forecast(28, '17-21')
if (evening === undefined) throw new Error('a frame has slots')

function cityModel(changes: Partial<typeof defaultParameters> = {}): ValueModel {
  const parameters = { ...defaultParameters, ...changes }
  const followed = discounts(world.graph, parameters.discountPerMin)
  return valueModel(
    world.graph,
    evening as NonNullable<typeof evening>,
    world.trips(17),
    parameters,
    followed,
  )
}

describe('closed forms', () => {
  it('a ring: V = (pF - (1-p)cτ) / (1 - pργ^T - (1-p)γ^τ)', () => {
    const [p, fare, continuation, idleCost, discount] = [0.1, 1500, 0.3, 20, 0.95]
    const model = tinyModel({ graph: ring(7), p, fare, continuation, idleCost, discount })
    expectAll(
      values(model, 400),
      (p * fare - (1 - p) * idleCost) / (1 - p * continuation - (1 - p) * discount),
    )
  })

  it('a ring without discount or continuation: V = F - cτ(1-p)/p', () => {
    const [p, fare, idleCost] = [0.2, 1000, 30]
    const model = tinyModel({ graph: ring(5), p, fare, continuation: 0, idleCost, discount: 1 })
    expectAll(values(model, 400), fare - (idleCost * (1 - p)) / p)
  })

  it('two branches: the better one is what a crossing is worth', () => {
    // 0 leads to 1 and 2, which lead back; only on 2 is there anybody.
    const graph = tinyGraph([[1, 2], [0], [0]])
    const model = tinyModel({ graph, p: [0, 0, 1], fare: 100, continuation: 0, idleCost: 10, discount: 0.9 })
    const [crossing, bad, good] = values(model, 50)
    expect(good).toBeCloseTo(100)
    expect(crossing).toBeCloseTo(-10 + 0.9 * 100)
    expect(bad).toBeCloseTo(-10 + 0.9 * (crossing as number))
  })

  it('a dead end: back and forth for ever', () => {
    const model = tinyModel({
      graph: tinyGraph([[1], [0]]),
      p: 0,
      fare: 1,
      continuation: 0,
      idleCost: 10,
      discount: 0.5,
    })
    expectAll(values(model, 80), -10 / (1 - 0.5))
  })

  it('k sweeps are k segments', () => {
    const model = tinyModel({ graph: ring(9), p: 0.5, fare: 100, continuation: 0, idleCost: 0, discount: 1 })
    for (const k of [0, 1, 2, 5]) expectAll(values(model, k), 100 * (1 - 0.5 ** k))
  })
})

describe('on a city', () => {
  it('its limit is that of exact policy iteration', () => {
    for (const changes of [
      {},
      { discountPerMin: 0.97, continuationWeight: 1 },
      { idleCostPerMin: 0, pickupGain: 5 },
    ]) {
      const model = cityModel(changes)
      const exact = exactValues(model)
      for (const [i, value] of values(model, 3000).entries()) expect(value).toBeCloseTo(exact[i] as number, 6)
    }
  })

  it('is a contraction, and its error is within the Bellman bound at every sweep', () => {
    const model = cityModel({ discountPerMin: 0.9, continuationWeight: 0.8 })
    const exact = exactValues(model)
    const beta = Math.max(
      ...model.pickup.map(
        (p, i) =>
          p * (model.continuation[model.graph.zone[i] as number] as number) + (model.onward[i] as number),
      ),
    )
    expect(beta).toBeLessThan(1)
    const distance = (a: Float64Array, b: Float64Array) =>
      Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))))
    let [before, step] = [values(model, 0), Number.POSITIVE_INFINITY]
    for (let k = 1; k <= 60; k++) {
      const now = values(model, k)
      const change = distance(now, before)
      // Rounding adds a few ulps of values of some thousand yen.
      expect(change).toBeLessThanOrEqual(beta * step + 1e-9)
      expect(distance(exact, now)).toBeLessThanOrEqual((beta / (1 - beta)) * change + 1e-8)
      ;[before, step] = [now, change]
    }
  })

  it('reaches the limit of Gauss–Seidel', () => {
    const model = cityModel()
    const { graph } = model
    const limit = new Float64Array(graph.segments)
    for (let k = 0; k < 1000; k++) {
      const trip = model.fare.map((fare, z) => {
        let sum = 0
        for (let to = 0; to < graph.zones; to++) {
          const part = limit.subarray(graph.zoneStart[to], graph.zoneStart[to + 1])
          if (part.length > 0)
            sum +=
              ((model.probability[z * graph.zones + to] as number) * part.reduce((a, b) => a + b, 0)) /
              part.length
        }
        return fare + (model.continuation[z] as number) * sum
      })
      for (let i = 0; i < graph.segments; i++) {
        const onward = Math.max(
          ...Array.from(
            { length: DEGREE },
            (_, d) => limit[graph.successors[DEGREE * i + d] as number] as number,
          ),
        )
        limit[i] =
          (model.pickup[i] as number) * (trip[graph.zone[i] as number] as number) +
          (model.idle[i] as number) +
          (model.onward[i] as number) * onward
      }
    }
    for (const [i, value] of values(model, 3000).entries()) expect(value).toBeCloseTo(limit[i] as number, 6)
  })
})

describe('what changes with what', () => {
  const money = fc.double({ min: 1, max: 5000, noNaN: true })
  const chance = fc.double({ min: 0.01, max: 0.9, noNaN: true })
  const anyRing = fc.record({
    p: fc.array(chance, { minLength: 6, maxLength: 6 }),
    fare: money,
    idleCost: money,
  })
  const limits = { continuation: 0.3, discount: 0.9 }
  const valuesOf = (p: readonly number[], fare: number, idleCost: number) =>
    values(
      tinyModel({ graph: tinyGraph([[1, 3], [2], [0], [4], [5], [0]]), p, fare, idleCost, ...limits }),
      300,
    )

  it('k times the money is k times the value', () => {
    fc.assert(
      fc.property(anyRing, fc.integer({ min: 2, max: 9 }), ({ p, fare, idleCost }, k) => {
        const once = valuesOf(p, fare, idleCost)
        for (const [i, value] of valuesOf(p, k * fare, k * idleCost).entries()) {
          expect(value).toBeCloseTo(k * (once[i] as number), 5)
        }
      }),
    )
  })

  it('higher fares never hurt, higher costs never help', () => {
    fc.assert(
      fc.property(anyRing, money, ({ p, fare, idleCost }, more) => {
        const base = valuesOf(p, fare, idleCost)
        const [richer, dearer] = [valuesOf(p, fare + more, idleCost), valuesOf(p, fare, idleCost + more)]
        for (const [i, value] of base.entries()) {
          expect(richer[i]).toBeGreaterThanOrEqual(value - 1e-9)
          expect(dearer[i]).toBeLessThanOrEqual(value + 1e-9)
        }
      }),
    )
  })

  it('a mirrored graph has mirrored values', () => {
    const p = [0.1, 0.5, 0.2, 0.3, 0.05, 0.4]
    const original = tinyGraph([[1, 3], [2], [0], [4], [5], [0]])
    const reversed = tinyGraph(
      Array.from({ length: 6 }, (_, i) =>
        Array.from(original.successors.subarray(DEGREE * (5 - i), DEGREE * (6 - i)), (j) => 5 - j).slice(
          0,
          original.degree[5 - i],
        ),
      ),
    )
    const solve = (graph: typeof original, chances: readonly number[]) =>
      values(tinyModel({ graph, p: chances, fare: 900, idleCost: 15, ...limits }), 300)
    expect(solve(reversed, p.toReversed())).toEqual(solve(original, p).toReversed())
  })
})

describe('parameters', () => {
  it('are suggested in their order, the conditional one only where it applies', async () => {
    for (const mode of ['visitPenalty', 'depletion']) {
      const asked: string[] = []
      await suggestParameters({
        suggest: async (name) => {
          asked.push(name)
          return name === 'spreadMode' ? mode : 1
        },
      })
      const all = Object.keys(wholeSpace)
      expect(asked).toEqual(mode === 'depletion' ? all : all.filter((name) => name !== 'recoverySec'))
    }
  })

  it.each([
    [{ ...defaultParameters, horizonHops: 2.5 }, 'horizonHops: 2.5 is not in int(3, 120, log)'],
    [
      { ...defaultParameters, spreadMode: 'none' },
      'spreadMode: "none" is not in categorical("visitPenalty", "depletion")',
    ],
    [{ ...defaultParameters, spreadMode: 'depletion' }, 'recoverySec: is missing'],
  ])('that are wrong are named (%#)', (parameters, message) => {
    expect(() => parseParameters(parameters)).toThrow(message)
    expect(() => parseParameters({ ...defaultParameters, speed: 1 })).toThrow(
      'speed: there is no such parameter',
    )
    expect(parseParameters(defaultParameters)).toEqual(defaultParameters)
  })
})
