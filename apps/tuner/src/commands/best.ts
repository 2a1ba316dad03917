import { type ParamValue, TuneError } from '@tune/core'
import { shellQuoted, textOf, variableOf } from '@tune/process'
import { stringify } from 'yaml'
import { write } from '../text/output.ts'
import { openExisting } from '../wiring.ts'

export const BEST_FORMATS = ['json', 'yaml', 'env', 'args'] as const

type BestFormat = (typeof BEST_FORMATS)[number]

/** Which parameters are printed, and how. */
export interface BestOptions {
  readonly format: BestFormat
  readonly observed: boolean
}

type Params = Readonly<Record<string, ParamValue>>

/**
 * Prints the recommended parameters for the next program: as JSON or YAML, as lines for a shell's environment, or as
 * arguments.
 *
 * @param options.observed those of the trial with the best value instead.
 * @param fixed parameters that are not tuned, which belong to them.
 * @throws TuneError NO_COMPLETE_TRIAL; INVALID_ARGUMENT: the study has several metrics, and so no best trial
 */
export async function printBest(
  name: string,
  url: string,
  { format, observed }: BestOptions,
  fixed: Params,
): Promise<void> {
  await using opened = await openExisting(name, url)
  const { study } = opened
  if (study.directions.length > 1) {
    const message = `study '${name}' has several metrics, and so no best trial: tuner show lists those that none beats`
    throw new TuneError('INVALID_ARGUMENT', message, { name })
  }
  const params = observed ? await study.bestParams() : (await study.recommend()).params
  write(formatted({ ...fixed, ...params }, format))
}

/** Parameters as text. */
function formatted(params: Params, format: BestFormat): string {
  const entries = Object.entries(params)
  switch (format) {
    case 'json':
      return `${JSON.stringify(params, null, 2)}\n`
    case 'yaml':
      return stringify(params)
    case 'env':
      return entries.map(([name, value]) => `${variableOf(name)}=${shellQuoted(textOf(value))}\n`).join('')
    case 'args':
      return `${entries.map(([name, value]) => `${shellQuoted(`--${name}`)} ${shellQuoted(textOf(value))}`).join(' ')}\n`
  }
}
