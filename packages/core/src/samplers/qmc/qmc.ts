/**
 * Quasi-random sampling: points that fill the space more evenly than random ones.
 *
 * A trial takes the point of its own number, so that parallel processes need no shared counter. The parameters of one
 * request are the coordinates of one point; those of another request get a sequence of their own.
 */
import { TuneError } from '../../errors/tune-error.ts'
import { readOptions } from '../../options/read-options.ts'
import { type RandomSource, randomSource } from '../../random/index.ts'
import type { Distribution } from '../../space/index.ts'
import { uniformAt } from '../random/uniform-value.ts'
import type { Sampler } from '../sampler.ts'
import { type PointSequence, sequences, shuffledIndex } from './points.ts'
import { type QmcOptions, qmcOptions } from './qmc-options.ts'

/** Quasi-random sampling, scrambled Sobol' points by default. @throws TuneError INVALID_ARGUMENT: an unknown sequence */
export function qmc(options: QmcOptions = {}): Sampler {
  const resolved = readOptions('qmc', qmcOptions, options)
  const sequence = sequences[resolved.sequence]
  return {
    name: 'qmc',
    options: { ...resolved },
    threaded: false,
    suggest: ({ seed, number, space }) => {
      const names = Object.keys(space).sort()
      const point = resolved.scramble
        ? scrambledPoint(sequence, number, names, randomSource(seed))
        : plainPoint(sequence, number, names.length)
      const params: Record<string, number> = {}
      for (const [d, name] of names.entries())
        params[name] = valueAt(space[name] as Distribution, point[d] as number)
      return { params }
    },
  }
}

/** More parameters than a point has coordinates are dealt out to several sequences. */
function scrambledPoint(
  sequence: PointSequence,
  number: number,
  names: readonly string[],
  source: RandomSource,
): number[] {
  const point: number[] = []
  while (point.length < names.length) {
    const group = names.slice(point.length, point.length + sequence.dimensions)
    point.push(...sequence.scrambled(shuffledIndex(number, group.join(), source), group, source))
  }
  return point
}

function plainPoint(sequence: PointSequence, number: number, dimensions: number): readonly number[] {
  if (dimensions <= sequence.dimensions) return sequence.plain(number, dimensions)
  throw new TuneError(
    'SAMPLER_FAILED',
    `qmc: without scrambling there can be ${sequence.dimensions} parameters, but there are ${dimensions}`,
    { dimensions },
  )
}

function valueAt(distribution: Distribution, u: number): number {
  return distribution.kind === 'categorical'
    ? Math.floor(u * distribution.choices.length)
    : uniformAt(distribution, u)
}
