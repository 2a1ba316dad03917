import { hash32 } from './hash.ts'
import { philox4x32 } from './philox.ts'

/** Uniform numbers at one address. Each call gives the next one; two streams of one address are equal. */
export interface RandomStream {
  /** A double in [0, 1), a multiple of 2^-53. */
  uniform(): number
  /** An integer in [0, bound), for a bound of at most 2^53. */
  below(bound: number): number
}

/**
 * Random numbers by address instead of by order: what one trial draws for one parameter never depends on what
 * any other trial drew, in which thread, or when.
 */
export interface RandomSource {
  /** The stream of one trial and one purpose; for a parameter's value the purpose is the parameter's name. */
  stream(trialNumber: number, purpose: string): RandomStream
}

class PhiloxStream implements RandomStream {
  readonly #words = new Uint32Array(4)
  #used = 4
  #draw = 0
  readonly #trial: number
  readonly #purpose: number
  readonly #key0: number
  readonly #key1: number

  constructor(trial: number, purpose: number, key0: number, key1: number) {
    this.#trial = trial
    this.#purpose = purpose
    this.#key0 = key0
    this.#key1 = key1
  }

  uniform(): number {
    if (this.#used === 4) {
      philox4x32(this.#draw++, this.#trial, this.#purpose, 0, this.#key0, this.#key1, this.#words)
      this.#used = 0
    }
    const high = (this.#words[this.#used] as number) >>> 5
    const low = (this.#words[this.#used + 1] as number) >>> 6
    this.#used += 2
    return (high * 0x4000000 + low) / 0x20000000000000
  }

  below(bound: number): number {
    return Math.min(Math.floor(this.uniform() * bound), bound - 1)
  }
}

/**
 * The random source of one seed, on Philox 4x32-10: the key is the seed, the counter is (draw, trial, purpose).
 *
 * @param seed a non-negative safe integer; its low and high words make the key.
 */
export function randomSource(seed: number): RandomSource {
  const key0 = seed >>> 0
  const key1 = Math.floor(seed / 0x100000000) >>> 0
  return {
    stream: (trialNumber, purpose) => new PhiloxStream(trialNumber, hash32(purpose), key0, key1),
  }
}
