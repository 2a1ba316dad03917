import { philox4x32 } from '../random/index.ts'

/** Enough for every half to have been mixed with the other three times. */
const ROUNDS = 6

/**
 * Where an index goes in a random permutation of 0 … size - 1, found without the rest of the permutation.
 *
 * Source: J. Black, P. Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002: a generalised Feistel network on
 * pairs below √size, applied again until the result is in range.
 *
 * @param size at most 2^52.
 * @param key which permutation.
 */
export function permutedIndex(index: number, size: number, [key0, key1]: readonly [number, number]): number {
  const side = Math.ceil(Math.sqrt(size))
  const random = new Uint32Array(4)
  let place = index
  do {
    let left = place % side
    let right = Math.floor(place / side)
    for (let round = 0; round < ROUNDS; round++) {
      philox4x32(right, round, 0, 0, key0, key1, random)
      const next = (left + (random[0] as number)) % side
      left = right
      right = next
    }
    place = right * side + left
  } while (place >= size)
  return place
}
