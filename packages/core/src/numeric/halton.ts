import type { RandomStream } from '../random/index.ts'

/**
 * The digits of an index, mirrored at the point: one coordinate of a point of Halton's sequence.
 *
 * Source: J. H. Halton, Numerische Mathematik 2, 1960.
 *
 * @param base a prime; a different one for each coordinate.
 */
export function radicalInverse(index: number, base: number): number {
  let sum = 0
  let weight = 1 / base
  for (let rest = index; rest > 0; rest = Math.floor(rest / base), weight /= base)
    sum += (rest % base) * weight
  return sum
}

/**
 * The same with each digit d replaced by (a d + c) mod base, a and c drawn for each place: in [0, 1), and by itself
 * uniform.
 *
 * Source: J. Matoušek, "On the L2-discrepancy for anchored boxes", Journal of Complexity 14(4), 1998 (random linear
 * scrambling, here without influence of one digit on another).
 *
 * @param stream where a and c come from; the same for all points of a sequence.
 */
export function scrambledRadicalInverse(index: number, base: number, stream: RandomStream): number {
  let sum = 0
  let rest = index
  // All places count, also those where the index has zeros, until they are below the precision of a double.
  for (let weight = 1 / base; weight > Number.EPSILON / 2; weight /= base) {
    const factor = 1 + stream.below(base - 1)
    const shift = stream.below(base)
    sum += ((factor * (rest % base) + shift) % base) * weight
    rest = Math.floor(rest / base)
  }
  return Math.min(sum, 1 - Number.EPSILON / 2)
}

/** The first `count` primes. */
export function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
