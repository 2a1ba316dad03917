/**
 * A model of counts (passengers, or vacant taxis) that learns from past days and infers every slot of a new day from
 * what was counted before that slot.
 *
 * count(segment, slot) ≈ usual(zone, slot) · share(segment) · (1 + x·b), where
 * - usual is the mean of past days of the kind, a little smoothed over time,
 * - share is the segment's part of its zone over all past days, pulled towards an even one,
 * - x are how far the zone and the city have been above the usual in the last slots, and whether it rains;
 *   b is fitted by weighted least squares on past days, each held against the mean of the *other* days.
 */
import type { RoadGraph } from '../graph/road-graph.ts'
import { isDayOff, SLOTS } from '../world/calendar.ts'
import type { CountHistory, PastDays } from './history.ts'
import { LeastSquares } from './least-squares.ts'

/** Counts that are added to both sides of a ratio, so that few observations say little. */
const CAUTION = 4
/** Counts that a segment is credited with as an even part of its zone. */
const EVEN_COUNTS = 5
const RIDGE = 1
/** How many slots back the longer of the two looks goes. */
const LOOK_BACK = 4
const FEATURES = 5

/** Sums over zones come after the zones themselves. */
interface ZoneCounts {
  readonly observed: Float64Array
  readonly usual: Float64Array
}

/** A fitted model. */
export class CountModel {
  readonly #graph: RoadGraph
  readonly #usual: readonly [Float64Array, Float64Array]
  readonly #share: Float64Array
  readonly #coefficients: Float64Array

  constructor(graph: RoadGraph, past: PastDays, history: CountHistory) {
    this.#graph = graph
    this.#share = shares(graph, history.totals)
    this.#usual = [usualOf(past, history, false), usualOf(past, history, true)]
    this.#coefficients = this.#fit(past, history)
  }

  /** b: intercept, zone in the last slot, zone before, city before, rain. */
  get coefficients(): readonly number[] {
    return [...this.#coefficients]
  }

  /**
   * The expected count of each segment in a slot, written to `out`.
   *
   * @param observed the day's counts by zone at `zone * SLOTS + slot`; only slots before this one are looked at.
   */
  infer(day: number, slot: number, rain: boolean, observed: Float64Array, out: Float32Array): void {
    const { zones, zoneStart } = this.#graph
    const usual = this.#usual[isDayOff(day) ? 1 : 0]
    const city = ratio({ observed, usual }, 0, zones, slot, LOOK_BACK)
    for (let zone = 0; zone < zones; zone++) {
      const x = featuresOf({ observed, usual }, zone, slot, city, rain)
      let factor = 1
      for (let k = 0; k < FEATURES; k++) factor += (x[k] as number) * (this.#coefficients[k] as number)
      const level = (usual[zone * SLOTS + slot] as number) * Math.max(factor, 0)
      for (let i = zoneStart[zone] as number; i < (zoneStart[zone + 1] as number); i++) {
        out[i] = level * (this.#share[i] as number)
      }
    }
  }

  #fit(past: PastDays, history: CountHistory): Float64Array {
    const { zones } = this.#graph
    const fit = new LeastSquares(FEATURES, RIDGE)
    for (const [d, day] of past.days.entries()) {
      const observed = history.zones[d] as Float64Array
      const usual = usualOf(past, history, isDayOff(day), d)
      for (let slot = 1; slot < SLOTS; slot++) {
        const city = ratio({ observed, usual }, 0, zones, slot, LOOK_BACK)
        for (let zone = 0; zone < zones; zone++) {
          const expected = usual[zone * SLOTS + slot] as number
          if (expected === 0) continue
          const x = featuresOf({ observed, usual }, zone, slot, city, past.rain[d] as boolean)
          // A count's variance is its mean: the ratio to the mean weighs with the mean.
          fit.add(x, (observed[zone * SLOTS + slot] as number) / expected - 1, expected)
        }
      }
    }
    return fit.solve()
  }
}

function featuresOf(
  counts: ZoneCounts,
  zone: number,
  slot: number,
  city: number,
  rain: boolean,
): readonly number[] {
  return [
    1,
    ratio(counts, zone, zone + 1, slot, 1),
    ratio(counts, zone, zone + 1, slot, LOOK_BACK),
    city,
    Number(rain),
  ]
}

/** How far zones were above the usual in the slots before, from -1; cautious where little was counted. */
function ratio(
  { observed, usual }: ZoneCounts,
  from: number,
  to: number,
  slot: number,
  back: number,
): number {
  let seen = CAUTION
  let expected = CAUTION
  for (let zone = from; zone < to; zone++) {
    for (let s = Math.max(slot - back, 0); s < slot; s++) {
      seen += observed[zone * SLOTS + s] as number
      expected += usual[zone * SLOTS + s] as number
    }
  }
  return seen / expected - 1
}

/** Mean counts by zone over past days of a kind, without day `except`; each slot takes half from its neighbours. */
function usualOf(past: PastDays, history: CountHistory, weekend: boolean, except = -1): Float64Array {
  const days = past.days.flatMap((day, d) => (isDayOff(day) === weekend && d !== except ? [d] : []))
  const length = history.zones[0]?.length ?? 0
  const mean = new Float64Array(length)
  for (const d of days) {
    const counts = history.zones[d] as Float64Array
    for (let k = 0; k < length; k++) mean[k] = (mean[k] as number) + (counts[k] as number) / days.length
  }
  return mean.map((m, k) => {
    const slot = k % SLOTS
    const before = slot > 0 ? (mean[k - 1] as number) : m
    const after = slot < SLOTS - 1 ? (mean[k + 1] as number) : m
    return 0.25 * before + 0.5 * m + 0.25 * after
  })
}

function shares(graph: RoadGraph, totals: Float64Array): Float64Array {
  const share = new Float64Array(graph.segments)
  for (let zone = 0; zone < graph.zones; zone++) {
    const [from, to] = [graph.zoneStart[zone] as number, graph.zoneStart[zone + 1] as number]
    let sum = 0
    for (let i = from; i < to; i++) sum += (totals[i] as number) + EVEN_COUNTS
    for (let i = from; i < to; i++) share[i] = ((totals[i] as number) + EVEN_COUNTS) / sum
  }
  return share
}
