import { philox4x32 } from '@tune/core/random'
import { dexp, dlog } from './exp-log.ts'

/** What a number is drawn for. Each purpose has its own numbers at each address. */
export const PURPOSE = {
  position: 1,
  missing: 2,
  oneWay: 3,
  attraction: 4,
  hotspot: 5,
  dayEffect: 6,
  zoneDemand: 7,
  zoneSupply: 8,
  passengers: 9,
  passes: 10,
  start: 11,
} as const

/**
 * Random numbers at an address: (seed, purpose, day, entity). The same address gives the same numbers, whoever asks,
 * whenever and however often, so that adding or reordering days and workers changes nothing.
 */
export class AddressRandom {
  readonly #words = new Uint32Array(4)
  readonly #seed: number
  readonly #purpose: number
  #day = 0
  #entity = 0
  #block = 0
  #used = 4

  constructor(seed: number, purpose: number) {
    this.#seed = seed
    this.#purpose = purpose
  }

  /** Goes to an address, from whose beginning the next numbers come. */
  at(day: number, entity: number): this {
    this.#day = day
    this.#entity = entity
    this.#block = 0
    this.#used = 4
    return this
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    if (this.#used === 4) {
      philox4x32(this.#block++, this.#entity, this.#day, 0, this.#seed, this.#purpose, this.#words)
      this.#used = 0
    }
    return (this.#words[this.#used++] as number) / 0x100000000
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }

  /** A number of mean 0 and standard deviation 1, as good as normal: twelve uniforms (Irwin–Hall). */
  normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.uniform()
    return sum
  }

  /** An exponential waiting time. */
  exponential(rate: number): number {
    return -dlog(1 - this.uniform()) / rate
  }

  /** A Poisson count: uniforms are multiplied until they fall below e^-mean (Knuth, TAOCP 2, 3.4.1 F). */
  poisson(mean: number): number {
    const limit = dexp(-mean)
    let product = this.uniform()
    let count = 0
    while (product > limit) {
      product *= this.uniform()
      count++
    }
    return count
  }
}
