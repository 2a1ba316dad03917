import { TuneError } from '../errors/tune-error.ts'
import type { ParamValue } from '../space/index.ts'
import { bruteForce } from './brute-force/brute-force.ts'
import { cmaEs } from './cma-es/cma-es.ts'
import { gp } from './gp/gp.ts'
import { grid } from './grid/grid.ts'
import { partialFixed } from './partial-fixed/partial-fixed.ts'
import { qmc } from './qmc/qmc.ts'
import { randomSampler } from './random/random-sampler.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'

/** How a sampler that wraps another one names it. */
interface WrapperOptions {
  readonly sampler?: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly params?: Readonly<Record<string, ParamValue>>
}

const factories: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Sampler>> = {
  bruteForce: () => bruteForce(),
  cmaEs: (options) => cmaEs(options),
  grid: (options) => grid(options),
  partialFixed: ({ sampler = 'tpe', options = {}, params = {} }: WrapperOptions) =>
    partialFixed(createSampler(sampler, options), params),
  qmc: (options) => qmc(options),
  gp: (options) => gp(options),
  random: () => randomSampler(),
  tpe: (options) => tpe(options),
}

/**
 * Makes a sampler by name: how a worker thread, or a configuration file, gets the one that is meant.
 *
 * @param options as the sampler's own function takes them.
 * @throws TuneError INVALID_ARGUMENT: no sampler of that name, or an option out of range.
 */
export function createSampler(name: string, options: Readonly<Record<string, unknown>> = {}): Sampler {
  const factory = factories[name]
  if (factory !== undefined) return factory(options)
  const known = Object.keys(factories).join(', ')
  throw new TuneError('INVALID_ARGUMENT', `sampler: it must be one of ${known}, but is '${name}'`, { name })
}
