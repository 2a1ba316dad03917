import { describe, expect, it } from 'vitest'
import { CountModel } from '../src/forecast/count-model.ts'
import { Forecaster } from '../src/forecast/day-inputs.ts'
import { countersOf, observePast } from '../src/forecast/history.ts'
import { LeastSquares } from '../src/forecast/least-squares.ts'
import { SLOTS } from '../src/world/calendar.ts'
import { createWorld } from '../src/world/world.ts'

const world = createWorld('yokohama', 'm')

describe('least squares', () => {
  it('finds the line that points lie on', () => {
    const fit = new LeastSquares(3, 0)
    for (let i = 0; i < 20; i++) {
      const [x, y] = [i % 5, i % 7]
      fit.add([1, x, y], 2 + 3 * x - 0.5 * y, 1 + (i % 3))
    }
    const [a, b, c] = fit.solve()
    for (const [value, expected] of [
      [a, 2],
      [b, 3],
      [c, -0.5],
    ])
      expect(value).toBeCloseTo(expected as number, 10)
  })
})

describe('forecasts', () => {
  it('know nothing of a slot or what comes after it', () => {
    const past = observePast(world, 28)
    const model = new CountModel(world.graph, past, past.demand)
    const observed = new Float64Array(world.graph.zones * SLOTS).fill(5)
    const [before, after] = [new Float32Array(world.graph.segments), new Float32Array(world.graph.segments)]
    model.infer(28, 70, false, observed, before)
    for (let zone = 0; zone < world.graph.zones; zone++)
      observed.fill(1e6, zone * SLOTS + 70, (zone + 1) * SLOTS)
    model.infer(28, 70, false, observed, after)
    expect(after).toEqual(before)
    observed.fill(50, 69, 70)
    model.infer(28, 70, false, observed, after)
    expect(after).not.toEqual(before)
  })

  it('know the days before their week, and none of it', () => {
    expect(observePast(world, 35).days).toEqual(Array.from({ length: 20 }, (_, i) => 15 + i))
  })

  it('are closer to what happens than averages are', () => {
    const forecaster = new Forecaster(world, 35)
    const counts = new Int32Array(world.graph.segments)
    const { demand } = countersOf(world)
    const errors = { predicted: 0, mean: 0 }
    for (const day of [36, 40]) {
      for (const figures of forecaster.forecast(day, '17-21')) {
        demand(day, figures.slot, counts)
        for (let i = 0; i < counts.length; i++) {
          // Figures are for 30 minutes, counts for 15.
          errors.predicted += ((figures.predictedDemand[i] as number) / 2 - (counts[i] as number)) ** 2
          errors.mean += ((figures.meanDemand[i] as number) / 2 - (counts[i] as number)) ** 2
        }
      }
    }
    expect(errors.predicted).toBeLessThan(errors.mean)
  })
})
