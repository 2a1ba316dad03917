import type { MetricValues } from '@tune/core'

/** Metrics that a run has told: intermediate ones where there is a step, else final ones. */
export interface Observation {
  readonly step?: number
  readonly metrics: MetricValues
}

/** Finds observations in the text of a file, as it comes. */
export interface Collector {
  push(piece: string): readonly Observation[]
  /** What only shows at the end of the file. */
  end(): readonly Observation[]
}

/** How a number is written: as JSON, Python, C or a logger does. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
}

/** A number that somebody wrote; `undefined` where it is none. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim()
  if (NUMBER.test(trimmed)) return Number(trimmed)
  const special = SPECIAL[trimmed.replace(/^[+-]/, '').toLowerCase()]
  return special !== undefined && trimmed.startsWith('-') ? -special : special
}

/** The keys under which a step is looked for, unless told otherwise. */
export const STEP_KEYS = ['step', 'global_step', 'epoch', 'iteration', 'iter']

/** What fields say: those of the metrics that are numbers, and the step where one is a whole number. */
export function observed(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
  stepKeys: readonly string[],
): Observation | undefined {
  const metrics: Record<string, number> = {}
  for (const name of names) {
    const value = valueOf(fields, name)
    if (value !== undefined) metrics[name] = value
  }
  if (Object.keys(metrics).length === 0) return undefined
  const steps = stepKeys.flatMap((key) => valueOf(fields, key) ?? [])
  const step = steps.find((value) => Number.isSafeInteger(value) && value >= 0)
  return step === undefined ? { metrics } : { step, metrics }
}

function valueOf(fields: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : undefined
}
