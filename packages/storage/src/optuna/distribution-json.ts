import {
  categorical,
  type Distribution,
  float,
  int,
  type JsonScalar,
  type JsonValue,
  TuneError,
} from '@tune/core'
import { parsePythonJson, toPythonJson } from './json.ts'

/** A float as Python writes it, so that it reads a float again: `1.0`, not `1`. */
function pythonFloat(x: number): string {
  return Number.isInteger(x) && Math.abs(x) < 1e16 ? `${Object.is(x, -0) ? '-0' : x}.0` : String(x)
}

/** The distribution as Optuna keeps it in `trial_params.distribution_json`. */
export function distributionToJson(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return `{"name": "CategoricalDistribution", "attributes": {"choices": ${toPythonJson(distribution.choices)}}}`
  }
  const { low, high, log, step } = distribution
  if (distribution.kind === 'int') {
    return `{"name": "IntDistribution", "attributes": {"log": ${log}, "step": ${step}, "low": ${low}, "high": ${high}}}`
  }
  const shownStep = step === null ? 'null' : pythonFloat(step)
  return `{"name": "FloatDistribution", "attributes": {"step": ${shownStep}, "low": ${pythonFloat(low)}, "high": ${pythonFloat(high)}, "log": ${log}}}`
}

interface Range {
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number | null
  readonly q?: number
}

/** The classes that Optuna 3 to 5 write, and those of Optuna 1 and 2 that are still found in databases. */
const readers: Readonly<
  Record<string, (attributes: Range & { readonly choices: readonly JsonScalar[] }) => Distribution>
> = {
  FloatDistribution: ({ low, high, log = false, step = null }) => float(low, high, { log, step }),
  IntDistribution: ({ low, high, log = false, step }) => int(low, high, { log, step: step ?? 1 }),
  CategoricalDistribution: ({ choices }) => categorical(choices),
  UniformDistribution: ({ low, high }) => float(low, high),
  LogUniformDistribution: ({ low, high }) => float(low, high, { log: true }),
  DiscreteUniformDistribution: ({ low, high, q }) => float(low, high, { step: q ?? null }),
  IntUniformDistribution: ({ low, high, step }) => int(low, high, { step: step ?? 1 }),
  IntLogUniformDistribution: ({ low, high }) => int(low, high, { log: true }),
}

/** @throws TuneError STORAGE_CORRUPT: the text is no distribution that any Optuna wrote. */
export function distributionFromJson(text: string): Distribution {
  try {
    const { name, attributes } = parsePythonJson(text) as { name: string; attributes: JsonValue }
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader !== undefined) return reader(attributes as unknown as Parameters<typeof reader>[0])
  } catch (error) {
    throw unreadable(text, error)
  }
  throw unreadable(text, undefined)
}

function unreadable(text: string, cause: unknown): TuneError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return new TuneError(
    'STORAGE_CORRUPT',
    `distribution_json: no distribution can be read from ${shown}`,
    { text: shown },
    cause,
  )
}
