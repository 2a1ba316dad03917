import { describe, expect, it } from 'vitest'
import { DEGREE } from '../src/graph/road-graph.ts'
import { AddressRandom, PURPOSE } from '../src/numeric/address-random.ts'
import { dexp } from '../src/numeric/exp-log.ts'
import { PATIENCE, passengersOf } from '../src/world/passengers.ts'
import { fareOf } from '../src/world/trips.ts'
import { dayEffects } from '../src/world/weather.ts'
import { createWorld } from '../src/world/world.ts'

describe('the roads', () => {
  it.each([
    ['xs', 100],
    ['m', 1500],
  ] as const)('of size %s lead from everywhere to everywhere', (size, atLeast) => {
    const { graph } = createWorld('yokohama', size)
    expect(graph.segments).toBeGreaterThan(atLeast)
    for (const reverse of [false, true]) {
      const next: number[][] = Array.from({ length: graph.segments }, () => [])
      for (let i = 0; i < graph.segments; i++) {
        for (let k = 0; k < DEGREE; k++) {
          const j = graph.successors[DEGREE * i + k] as number
          next[reverse ? j : i]?.push(reverse ? i : j)
        }
      }
      const seen = new Set([0])
      for (const i of seen) for (const j of next[i] as number[]) seen.add(j)
      expect(seen.size).toBe(graph.segments)
    }
  })

  it('are sorted by zone', () => {
    const { graph } = createWorld('downtown', 'm')
    for (let z = 0; z < graph.zones; z++) {
      const zone = graph.zone.subarray(graph.zoneStart[z], graph.zoneStart[z + 1])
      expect(zone.every((x) => x === z)).toBe(true)
    }
    expect(graph.zoneStart[graph.zones]).toBe(graph.segments)
  })
})

describe('people', () => {
  const world = createWorld('suburb', 'xs')
  const people = passengersOf(world, 30, dayEffects(world, 30))

  it('wait as long as patience or a taxi lets them', () => {
    expect(people.count).toBeGreaterThan(100)
    for (let k = 0; k < people.count; k++) {
      const wait = (people.close[k] as number) - (people.open[k] as number)
      expect(wait).toBeGreaterThanOrEqual(1)
      expect(wait).toBeLessThanOrEqual(PATIENCE[1])
      expect(people.isServed[k] === 1 || wait >= PATIENCE[0]).toBe(true)
      expect(people.fare[k]).toBeGreaterThanOrEqual(500)
    }
  })

  it('pay by distance', () => {
    expect([500, 1096, 1097, 1351, 1352].map(fareOf)).toEqual([500, 500, 600, 600, 700])
  })

  it('are those of their day alone', () => {
    const again = createWorld('suburb', 'xs')
    passengersOf(again, 31, dayEffects(again, 31))
    expect(passengersOf(again, 30, dayEffects(again, 30))).toEqual(people)
  })
})

describe('the chance to meet somebody (M/G/∞)', () => {
  // Windows open at rate λ and last min(π, B), π uniform on the range of patience, B exponential with rate μ.
  const [lambda, mu, through] = [1 / 4000, 1 / 420, 25]
  const [a, b] = PATIENCE
  const meanWait = (1 / mu) * (1 - (dexp(-a * mu) - dexp(-b * mu)) / ((b - a) * mu))

  it('is 1 - exp(-λ(w̄ + τ)), and by Little λ w̄ wait at a time', () => {
    const random = new AddressRandom(5, PURPOSE.passengers).at(0, 0)
    const horizon = 40_000_000
    const open: number[] = []
    const close: number[] = []
    for (let t = random.exponential(lambda); t < horizon; t += random.exponential(lambda)) {
      open.push(t)
      close.push(t + Math.min(a + random.uniform() * (b - a), random.exponential(mu)))
    }
    const probes = 40_000
    let met = 0
    let waiting = 0
    let first = 0
    for (let k = 1; k <= probes; k++) {
      const t = (k * horizon) / (probes + 1)
      while ((open[first] as number) < t - b) first++
      let isMet = false
      for (let i = first; i < open.length && (open[i] as number) < t + through; i++) {
        if ((close[i] as number) <= t) continue
        isMet = true
        if ((open[i] as number) <= t) waiting++
      }
      if (isMet) met++
    }
    const expected = 1 - dexp(-lambda * (meanWait + through))
    const error = Math.sqrt((expected * (1 - expected)) / probes)
    expect(Math.abs(met / probes - expected)).toBeLessThan(3 * error)
    // The number who wait is Poisson, so its variance is its mean.
    expect(Math.abs(waiting / probes - lambda * meanWait)).toBeLessThan(
      3 * Math.sqrt((lambda * meanWait) / probes),
    )
  })

  it('holds for passengers of the world: the mean wait is w̄ for their supply', () => {
    const world = createWorld('downtown', 'm')
    const effects = dayEffects(world, 29)
    const people = passengersOf(world, 29, effects)
    const supply = Array.from({ length: 24 }, (_, hour) => {
      const rates = new Float64Array(world.graph.segments)
      world.supplyRates(hour, rates)
      return rates
    })
    let expected = 0
    let variance = 0
    let seen = 0
    for (let i = 0; i < world.graph.segments; i++) {
      for (let k = people.start[i] as number; k < (people.start[i + 1] as number); k++) {
        const slot = Math.floor((people.open[k] as number) / 900)
        const rate =
          (supply[Math.floor(slot / 4)]?.[i] as number) *
          (effects.supply[(world.graph.zone[i] as number) * 96 + slot] as number)
        expected += (1 / rate) * (1 - (dexp(-a * rate) - dexp(-b * rate)) / ((b - a) * rate))
        variance += ((b - a) * (b - a)) / 4
        // Waits are rounded up to whole seconds.
        seen += (people.close[k] as number) - (people.open[k] as number) - 0.5
      }
    }
    expect(Math.abs(seen - expected)).toBeLessThan(3 * Math.sqrt(variance) + people.count * 0.5)
  })
})
