import { TuneError } from '@tune/core/errors'
import {
  categorical,
  contains,
  type Distribution,
  describeDistribution,
  float,
  int,
  type ParamsOf,
} from '@tune/core/space'

/** What the value iterator is tuned by; the ranges in which tuning looks. */
const parameterSpace = {
  /** γ: what a yen in a minute is worth now. */
  discountPerMin: float(0.7, 0.995),
  /** K: how many segments a driver looks ahead. */
  horizonHops: int(3, 120, { log: true }),
  /** w_d: how much the predicted demand counts against the average of past days. */
  demandBlend: float(0, 1),
  /** w_s: the same for supply. */
  supplyBlend: float(0, 1),
  /** s: how much of a segment's demand and supply is taken from the segments after it. */
  demandSmoothing: float(0, 0.9),
  /** β: how much competing taxis reduce the chance of a passenger. */
  competitionExponent: float(0, 1.5),
  /** s₀: competition where no taxi is expected, in taxis per 30 minutes. */
  supplyOffset: float(0.1, 20, { log: true }),
  /** κ: the chance of a passenger per expected one. */
  pickupGain: float(0.1, 5, { log: true }),
  /** ρ: how much the place where a trip ends counts. */
  continuationWeight: float(0, 1),
  /** c: what a minute of cruising costs, in yen. */
  idleCostPerMin: float(0, 120),
  /** T: how much chance there is in a driver's choice, in yen. */
  temperature: float(1, 200, { log: true }),
  /** η: what a guided driver's recent visit takes from a segment's value, in yen. */
  visitPenalty: float(5, 500, { log: true }),
  /** How guided drivers are kept apart: by that penalty, or by a lower chance of a passenger after a visit. */
  spreadMode: categorical(['visitPenalty', 'depletion']),
} as const

/** The time after which a visited segment has recovered to 63 %, in seconds; only with `spreadMode: depletion`. */
const recoverySpace = float(60, 3600, { log: true })

/** One setting of the value iterator. */
export type ValueIteratorParameters = ParamsOf<typeof parameterSpace> & { readonly recoverySec?: number }

/** The setting that a team has before it tunes: from experience, not from a search. */
export const defaultParameters: ValueIteratorParameters = {
  discountPerMin: 0.87,
  horizonHops: 30,
  demandBlend: 1,
  supplyBlend: 0.87,
  demandSmoothing: 0.07,
  competitionExponent: 0.48,
  supplyOffset: 4.6,
  pickupGain: 1.07,
  continuationWeight: 0.5,
  idleCostPerMin: 37,
  temperature: 4.3,
  visitPenalty: 30,
  spreadMode: 'visitPenalty',
}

/** Whoever suggests parameters one by one: a trial. */
export interface Suggester {
  suggest(name: string, distribution: Distribution): Promise<unknown>
}

/** Where tuning looks for each parameter; by default everywhere. */
export type ParameterSpace = Readonly<Record<keyof typeof parameterSpace | 'recoverySec', Distribution>>

/** The widest space: every parameter with its whole range. */
export const wholeSpace: ParameterSpace = { ...parameterSpace, recoverySec: recoverySpace }

/** Has every parameter suggested, the conditional one only where it applies. */
export async function suggestParameters(
  trial: Suggester,
  space = wholeSpace,
): Promise<ValueIteratorParameters> {
  const { recoverySec, ...always } = space
  const values: Record<string, unknown> = {}
  for (const [name, distribution] of Object.entries(always))
    values[name] = await trial.suggest(name, distribution)
  if (values['spreadMode'] === 'depletion')
    values['recoverySec'] = await trial.suggest('recoverySec', recoverySec)
  return values as unknown as ValueIteratorParameters
}

/**
 * Checks values that a person or a program wrote.
 *
 * @throws TuneError INVALID_PARAMS: one that is missing, unknown, or out of range.
 */
export function parseParameters(values: Readonly<Record<string, unknown>>): ValueIteratorParameters {
  const space: Record<string, Distribution> = { ...parameterSpace }
  if (values['spreadMode'] === 'depletion') space['recoverySec'] = recoverySpace
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(space, name)) continue
    throw invalid(
      `${name}: there is no such parameter; there are ${Object.keys(space).join(', ')}`,
      name,
      values[name],
    )
  }
  for (const [name, distribution] of Object.entries(space)) {
    const value = values[name]
    const isInside =
      distribution.kind === 'categorical'
        ? distribution.choices.includes(value as string)
        : typeof value === 'number' && contains(distribution, value)
    if (isInside) continue
    const shown = value === undefined ? 'is missing' : `${JSON.stringify(value)} is not in`
    throw invalid(
      `${name}: ${shown} ${value === undefined ? '' : describeDistribution(distribution)}`.trim(),
      name,
      value,
    )
  }
  return { ...values } as unknown as ValueIteratorParameters
}

function invalid(message: string, name: string, value: unknown): TuneError {
  return new TuneError('INVALID_PARAMS', message, { name, value })
}
