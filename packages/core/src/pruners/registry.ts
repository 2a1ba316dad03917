import { z } from 'zod'
import { TuneError } from '../errors/tune-error.ts'
import { Catalogue, type Choice, kind } from '../options/catalogue.ts'
import { hyperband, hyperbandOptions } from './hyperband.ts'
import { median } from './median.ts'
import { noPruner } from './no-pruner.ts'
import { patient, patientOptions } from './patient.ts'
import { medianOptions, percentile, percentileOptions } from './percentile.ts'
import type { Pruner } from './pruner.ts'
import { successiveHalving, successiveHalvingOptions } from './successive-halving.ts'
import { threshold, thresholdOptions } from './threshold.ts'
import { wilcoxon, wilcoxonOptions } from './wilcoxon.ts'

type Options = Readonly<Record<string, unknown>>

/** Which pruner it asks is one of its options, and so all pruners are. */
const patientByName = z.strictObject({
  pruner: z
    .lazy((): z.ZodType<Choice, Choice> => prunerChoice)
    .nullable()
    .default(null)
    .describe(
      'The pruner that is asked: its name and its options. Null prunes every trial that has stopped to improve.',
    ),
  ...patientOptions.shape,
})

const pruners = new Catalogue<Pruner>({
  hyperband: kind(hyperbandOptions, hyperband),
  median: kind(medianOptions, median),
  none: kind(z.strictObject({}), noPruner),
  patient: kind(patientByName, ({ pruner, ...options }) => patient(pruner && prunerOf(pruner), options)),
  percentile: kind(percentileOptions, ({ percentile: part, ...options }) => percentile(part, options)),
  successiveHalving: kind(successiveHalvingOptions, successiveHalving),
  threshold: kind(thresholdOptions, threshold),
  wilcoxon: kind(wilcoxonOptions, wilcoxon),
})

/** All pruners with all their options, as `{ name, ...options }`. A zod schema, for configuration files. */
export const prunerChoice: z.ZodType<Choice, Choice> = pruners.choice

/**
 * Makes a pruner by name: how a configuration file gets the one that is meant.
 *
 * @param options as the pruner's own function takes them; also `percentile` for that pruner, and `pruner` for `patient`:
 * the pruner that it asks as `{ name, ...options }`, or `null`.
 * @throws TuneError INVALID_ARGUMENT: no pruner of that name, or an option that there is not or that is out of range.
 */
export function createPruner(name: string, options: Options = {}): Pruner {
  const pruner = pruners.create(name, options)
  if (pruner !== undefined) return pruner
  const names = pruners.names.join(', ')
  throw new TuneError('INVALID_ARGUMENT', `pruner: it must be one of ${names}, but is '${name}'`, { name })
}

function prunerOf({ name, ...options }: Choice): Pruner {
  return createPruner(name, options)
}
