import { firstPrimes, radicalInverse, scrambledRadicalInverse } from '../../numeric/halton.ts'
import { nestedScramble, type ScrambleKey } from '../../numeric/nested-scramble.ts'
import { sobolWord } from '../../numeric/sobol.ts'
import { SOBOL_DIMENSIONS } from '../../numeric/sobol-directions.ts'
import type { RandomSource } from '../../random/index.ts'

/** The coordinates of one point, each in [0, 1). */
type Point = readonly number[]

/** A low-discrepancy sequence of points, each at its place by itself. */
export interface PointSequence {
  /** How many coordinates a point can have. */
  readonly dimensions: number
  /** The point of that index, 0 to 2^32 - 1, with so many coordinates. */
  plain(index: number, dimensions: number): Point
  /** The same scrambled, each coordinate as its name says. */
  scrambled(index: number, names: readonly string[], source: RandomSource): Point
}

const TWO_32 = 2 ** 32
/** What a double in [0, 1) can hold below the 32nd digit. */
const REST = 2 ** 21

const sobol: PointSequence = {
  dimensions: SOBOL_DIMENSIONS,
  plain: (index, dimensions) => Array.from({ length: dimensions }, (_, d) => sobolWord(index, d) / TWO_32),
  scrambled: (index, names, source) =>
    names.map((name, d) => {
      const word = nestedScramble(sobolWord(index, d), scrambleKey(source, `sobol:${name}`))
      // Digits beyond the 32nd are independent of each other in every scrambled sequence.
      const rest = source.stream(index, `sobol:${name}`).below(REST) / REST
      return (word + rest) / TWO_32
    }),
}

/** In high dimensions neighbouring bases give coordinates that resemble each other; so not too many at a time. */
const BASES = firstPrimes(64)

const halton: PointSequence = {
  dimensions: BASES.length,
  plain: (index, dimensions) => BASES.slice(0, dimensions).map((base) => radicalInverse(index, base)),
  scrambled: (index, names, source) =>
    names.map((name, d) =>
      scrambledRadicalInverse(index, BASES[d] as number, source.stream(0, `halton:${name}`)),
    ),
}

/** The sequences by name. */
export const sequences = { sobol, halton } satisfies Record<string, PointSequence>

/**
 * The index of a trial in a sequence of its own: as even as the plain order after 2, 4, 8, … trials, but in another
 * order for each group of parameters, so that two groups do not repeat each other.
 */
export function shuffledIndex(number: number, group: string, source: RandomSource): number {
  return nestedScramble(number, scrambleKey(source, `qmc:${group}`))
}

function scrambleKey(source: RandomSource, purpose: string): ScrambleKey {
  const stream = source.stream(0, purpose)
  return [stream.below(TWO_32), stream.below(TWO_32)]
}
