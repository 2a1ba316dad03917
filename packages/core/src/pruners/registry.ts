import { TuneError } from '../errors/tune-error.ts'
import { hyperband } from './hyperband.ts'
import { median } from './median.ts'
import { noPruner } from './no-pruner.ts'
import { patient } from './patient.ts'
import { percentile } from './percentile.ts'
import type { Pruner } from './pruner.ts'
import { successiveHalving } from './successive-halving.ts'
import { threshold } from './threshold.ts'
import { wilcoxon } from './wilcoxon.ts'

type Options = Readonly<Record<string, unknown>>

const factories: Readonly<Record<string, (options: Options) => Pruner>> = {
  hyperband: (options) => hyperband(options),
  median: (options) => median(options),
  none: () => noPruner(),
  patient: (options) => patient(wrapped(options['pruner']), options as { readonly patience: number }),
  percentile: (options) => percentile(options['percentile'] as number, options),
  successiveHalving: (options) => successiveHalving(options),
  threshold: (options) => threshold(options),
  wilcoxon: (options) => wilcoxon(options),
}

/**
 * Makes a pruner by name: how a configuration file gets the one that is meant.
 *
 * @param options as the pruner's own function takes them; also `percentile` for that pruner, and `pruner` for `patient`:
 * the name and options of the pruner that it asks, or `null`.
 * @throws TuneError INVALID_ARGUMENT: no pruner of that name, or an option out of range.
 */
export function createPruner(name: string, options: Options = {}): Pruner {
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined
  if (factory !== undefined) return factory(options)
  const known = Object.keys(factories).join(', ')
  throw new TuneError('INVALID_ARGUMENT', `pruner: it must be one of ${known}, but is '${name}'`, { name })
}

function wrapped(pruner: unknown): Pruner | null {
  if (pruner == null) return null
  const { name, options } = pruner as { readonly name: string; readonly options?: Options }
  return createPruner(name, options)
}
