import { randomSource } from '../../random/index.ts'
import type { Sampler } from '../sampler.ts'
import { uniformValue } from './uniform-value.ts'

/** Draws each parameter evenly and by itself. What other samplers have to beat. */
export function randomSampler(): Sampler {
  return {
    name: 'random',
    options: {},
    threaded: false,
    suggest: ({ seed, number, space }) => {
      const source = randomSource(seed)
      const params: Record<string, number> = {}
      for (const [name, distribution] of Object.entries(space)) {
        params[name] = uniformValue(distribution, source.stream(number, name))
      }
      return { params }
    },
  }
}
