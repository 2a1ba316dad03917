import { dlog } from '../numeric/exp-log.ts'

/** Gumbel noise comes from a table of this many equally likely values. */
const BITS = 12

const TABLE = Float64Array.from({ length: 1 << BITS }, (_, k) => -dlog(-dlog((k + 0.5) / (1 << BITS))))

/** Mixes a word into a hash: the round of MurmurHash3 with its finaliser's shift. */
export function mix(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x85ebca6b)
  const g = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return g ^ (g >>> 16)
}

/**
 * Standard Gumbel noise, a fixed function of a hash. With T times it added to values, the largest is chosen with
 * probability proportional to exp(value / T) (Gumbel, 1954).
 */
export function gumbel(hash: number): number {
  return TABLE[hash >>> (32 - BITS)] as number
}
