import type { RoadGraph } from '../graph/road-graph.ts'
import { AddressRandom, PURPOSE } from '../numeric/address-random.ts'
import { SLOT_SECONDS } from '../world/calendar.ts'
import type { Passengers } from '../world/passengers.ts'
import type { DayResult } from './day-result.ts'
import { DriverQueue } from './driver-queue.ts'
import { mix } from './gumbel.ts'
import type { Policy } from './policy.ts'

/** What a vacant kilometre costs, in yen. */
const YEN_PER_KM = 15

/** Sees every move of the drivers: for tests of what must hold at each. */
export interface Observer {
  cruise?(driver: number, from: number, to: number, time: number): void
  serve?(driver: number, passenger: number, time: number): void
}

/** One day, as it is to be simulated. */
export interface DayPlan {
  readonly day: number
  readonly graph: RoadGraph
  readonly passengers: Passengers
  /** When it begins and ends, in seconds of the day. */
  readonly frame: readonly [number, number]
  readonly drivers: number
  /** Where drivers start, and the chance in what they do. */
  readonly seed: number
  readonly policy: Policy
  /** A slot begins: the policy gets its values. */
  readonly beginSlot: (slot: number) => void
  readonly observer?: Observer
}

/**
 * Simulates the guided drivers of one day.
 *
 * A driver who turns into a segment takes the first who waits there or appears before the driver is through, and is
 * back at the end of the trip; else the driver decides again at the end of the segment. Background taxis do as they
 * would have done.
 */
export function simulateDay(plan: DayPlan): DayResult {
  return new Day(plan).run()
}

class Day {
  readonly #plan: DayPlan
  readonly #queue: DriverQueue
  readonly #at: Int32Array
  readonly #taken: Uint8Array
  /** The first passenger of each segment who is not yet past. */
  readonly #head: Int32Array
  #fares = 0
  #served = 0
  #vacantMetres = 0
  #vacantSeconds = 0
  #occupiedSeconds = 0

  constructor(plan: DayPlan) {
    this.#plan = plan
    this.#queue = new DriverQueue(plan.drivers)
    this.#at = new Int32Array(plan.drivers)
    this.#taken = new Uint8Array(plan.passengers.count)
    this.#head = plan.passengers.start.slice()
  }

  run(): DayResult {
    const { drivers, graph, seed, day, frame } = this.#plan
    const random = new AddressRandom(seed, PURPOSE.start)
    for (let driver = 0; driver < drivers; driver++) {
      this.#at[driver] = random.at(day, driver).below(graph.segments)
      this.#queue.push(frame[0], driver)
    }
    let slot = -1
    while (this.#queue.size > 0) {
      const key = this.#queue.pop()
      const time = Math.floor(key / drivers)
      const now = Math.floor(time / SLOT_SECONDS)
      if (now !== slot) {
        slot = now
        this.#plan.beginSlot(slot)
      }
      this.#move(key - time * drivers, time)
    }
    return this.#result()
  }

  #move(driver: number, time: number): void {
    const { graph, policy, seed, day, frame, observer, passengers } = this.#plan
    const from = this.#at[driver] as number
    const to = policy.choose(from, time, mix(mix(mix(seed | 0, day), driver), time))
    policy.visit(to, time)
    observer?.cruise?.(driver, from, to, time)
    const through = graph.seconds[to] as number
    const passenger = this.#firstWaiting(to, time, time + through)
    if (passenger === -1) {
      this.#vacantMetres += graph.length[to] as number
      this.#vacantSeconds += Math.min(time + through, frame[1]) - time
      this.#continue(driver, to, time + through)
      return
    }
    observer?.serve?.(driver, passenger, time)
    this.#taken[passenger] = 1
    this.#served++
    this.#fares += passengers.fare[passenger] as number
    const pickup = Math.min(Math.max(time, passengers.open[passenger] as number), frame[1])
    const end = pickup + (passengers.seconds[passenger] as number)
    // The way to the passenger is a part of the segment, as long as the time it took.
    this.#vacantMetres += Math.floor(((graph.length[to] as number) * (pickup - time)) / through)
    this.#vacantSeconds += pickup - time
    this.#occupiedSeconds += Math.min(end, frame[1]) - pickup
    this.#continue(driver, passengers.destination[passenger] as number, end)
  }

  #continue(driver: number, at: number, time: number): void {
    this.#at[driver] = at
    if (time < this.#plan.frame[1]) this.#queue.push(time, driver)
  }

  #firstWaiting(segment: number, time: number, end: number): number {
    const { open, close, start } = this.#plan.passengers
    const last = start[segment + 1] as number
    let head = this.#head[segment] as number
    while (head < last && ((close[head] as number) <= time || this.#taken[head] === 1)) head++
    this.#head[segment] = head
    const until = Math.min(end, this.#plan.frame[1])
    for (let k = head; k < last && (open[k] as number) < until; k++) {
      if (this.#taken[k] === 0 && (close[k] as number) > time) return k
    }
    return -1
  }

  #result(): DayResult {
    const { day, drivers, frame, passengers } = this.#plan
    let appeared = 0
    let servedByOthers = 0
    let expired = 0
    for (let k = 0; k < passengers.count; k++) {
      // Whoever could be met in the frame: waiting at its beginning, or appearing before its end.
      if ((passengers.close[k] as number) <= frame[0] || (passengers.open[k] as number) >= frame[1]) continue
      appeared++
      if (this.#taken[k] === 1) continue
      if (passengers.isServed[k] === 1) servedByOthers++
      else expired++
    }
    const cost = (YEN_PER_KM * this.#vacantMetres) / 1000
    return {
      day,
      profitPerDriverHour: ((this.#fares - cost) * 3600) / (drivers * (frame[1] - frame[0])),
      fares: this.#fares,
      served: this.#served,
      servedByOthers,
      expired,
      passengers: appeared,
      vacantMetres: this.#vacantMetres,
      vacantSeconds: this.#vacantSeconds,
      occupiedSeconds: this.#occupiedSeconds,
    }
  }
}
