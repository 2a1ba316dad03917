import { philox4x32 } from '../random/index.ts'

const BITS = 32
/** How many digits are decided by one word of random bits: 2^4 - 1 of them are used. */
const DIGITS_AT_A_TIME = 4

/** Which scramble: two random words. */
export type ScrambleKey = readonly [number, number]

/**
 * Scrambles 32 binary digits so that the digits before it decide whether a digit is flipped: the points of a digital
 * net stay one, and each by itself becomes uniform.
 *
 * Applied to an index, it permutes each block of 2^m indices that begins at a multiple of 2^m as a whole.
 *
 * Source: A. B. Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", MCQMC 1994. The tree of random
 * bits is not stored: Philox gives the bit at each place.
 */
export function nestedScramble(word: number, [key0, key1]: ScrambleKey): number {
  const random = new Uint32Array(4)
  let scrambled = 0
  for (let done = 0; done < BITS; done += DIGITS_AT_A_TIME) {
    const prefix = done === 0 ? 0 : word >>> (BITS - done)
    philox4x32(prefix, done, 0, 0, key0, key1, random)
    // Nodes of the next digits' tree, numbered as in a heap: the children of i are 2 i and 2 i + 1.
    let node = 1
    for (let i = 0; i < DIGITS_AT_A_TIME; i++) {
      const digit = (word >>> (BITS - 1 - done - i)) & 1
      scrambled = (scrambled << 1) | (digit ^ (((random[0] as number) >>> node) & 1))
      node = 2 * node + digit
    }
  }
  return scrambled >>> 0
}
