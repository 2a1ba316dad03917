import { z } from 'zod'
import { TuneError } from '../errors/tune-error.ts'
import { Catalogue, type Choice, kind } from '../options/catalogue.ts'
import { paramValue } from '../options/rules.ts'
import { bruteForce } from './brute-force/brute-force.ts'
import { cmaEs } from './cma-es/cma-es.ts'
import { cmaEsOptions } from './cma-es/cma-es-options.ts'
import { gp } from './gp/gp.ts'
import { gpOptions } from './gp/gp-options.ts'
import { grid } from './grid/grid.ts'
import { gridOptions } from './grid/grid-options.ts'
import { partialFixed } from './partial-fixed/partial-fixed.ts'
import { qmc } from './qmc/qmc.ts'
import { qmcOptions } from './qmc/qmc-options.ts'
import { randomSampler } from './random/random-sampler.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'
import { tpeOptions } from './tpe/tpe-options.ts'

type Options = Readonly<Record<string, unknown>>

const noOptions = z.strictObject({})

/** Its options name the sampler that chooses the rest, and so all samplers. */
const partialFixedOptions = z.strictObject({
  sampler: z
    .lazy((): z.ZodType<Choice, Choice> => samplerChoice)
    .default({ name: 'tpe' })
    .describe('What chooses the other parameters: the name of a sampler, and its options.'),
  params: z.record(z.string(), paramValue).default({}).describe('The values of parameters, by name.'),
})

const samplers = new Catalogue<Sampler>({
  bruteForce: kind(noOptions, bruteForce),
  cmaEs: kind(cmaEsOptions, cmaEs),
  gp: kind(gpOptions, gp),
  grid: kind(gridOptions, grid),
  partialFixed: kind(partialFixedOptions, ({ sampler, params }) => partialFixed(samplerOf(sampler), params)),
  qmc: kind(qmcOptions, qmc),
  random: kind(noOptions, randomSampler),
  tpe: kind(tpeOptions, tpe),
})

/** The built-in samplers with all their options, as `{ name, ...options }`. A zod schema, for configuration files. */
export const samplerChoice: z.ZodType<Choice, Choice> = samplers.choice

/** Samplers of others, by name: the module, and the function that is its default export. */
const registered = new Map<
  string,
  { readonly module: string; readonly create: (options: Options) => Sampler }
>()

/**
 * Makes a sampler of your own known by a name, to `createSampler` and to worker threads.
 *
 * @param module the URL of a module whose default export makes the sampler from its options. Worker threads import it
 * too.
 * @throws TuneError INVALID_ARGUMENT: a built-in sampler has that name, or the module has no such function
 */
export async function registerSampler(name: string, module: string | URL): Promise<void> {
  const { href } = new URL(module)
  if (samplers.names.includes(name)) throw invalid(`sampler: '${name}' is the name of a built-in one`, name)
  const { default: create } = (await import(href)) as { readonly default?: unknown }
  if (typeof create !== 'function')
    throw invalid(
      `sampler '${name}': the default export of ${href} must be a function from options to a sampler`,
      name,
    )
  registered.set(name, { module: href, create: create as (options: Options) => Sampler })
}

/**
 * Makes a sampler by name: how a worker thread, or a configuration file, gets the one that is meant.
 *
 * @param options as the sampler's own function takes them; for `partialFixed` these are `params` and `sampler`, the other
 * sampler as `{ name, ...options }`.
 * @throws TuneError INVALID_ARGUMENT: no sampler of that name, or an option that there is not or that is out of range.
 */
export function createSampler(name: string, options: Options = {}): Sampler {
  const sampler = samplers.create(name, options)
  if (sampler !== undefined) return sampler
  const other = registered.get(name)
  if (other !== undefined) return ofModule(name, other.module, other.create(options))
  const names = [...samplers.names, ...registered.keys()]
  throw invalid(`sampler: it must be one of ${names.join(', ')}, but is '${name}'`, name)
}

function samplerOf({ name, ...options }: Choice): Sampler {
  return createSampler(name, options)
}

/** A sampler that knows where it comes from, so that a thread can make it too. */
function ofModule(name: string, module: string, sampler: Sampler): Sampler {
  const { options, threaded } = sampler
  return {
    name,
    options,
    threaded,
    module,
    suggest: (request) => sampler.suggest(request),
    ...(sampler.remaining !== undefined && { remaining: sampler.remaining.bind(sampler) }),
  }
}

function invalid(message: string, name: string): TuneError {
  return new TuneError('INVALID_ARGUMENT', message, { name })
}
