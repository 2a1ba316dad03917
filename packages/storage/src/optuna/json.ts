import type { JsonValue } from '@tune/core'

/** A string, which is left alone, or one of the numbers that JSON lacks. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g
/** How the numbers that JSON lacks are spelled on the way through its parser; Python itself never writes these. */
const SPELLED: Readonly<Record<string, string>> = {
  NaN: '1e99999',
  Infinity: '2e99999',
  '-Infinity': '-2e99999',
}
const LACKING: Readonly<Record<string, number>> = {
  '1e99999': Number.NaN,
  '2e99999': Number.POSITIVE_INFINITY,
  '-2e99999': Number.NEGATIVE_INFINITY,
}
/** What a number cannot hold may be here: many digits in a row. */
const MANY_DIGITS = /\d{16}/

/**
 * Reads JSON as Python writes it: with `NaN`, `Infinity` and `-Infinity` as numbers, and integers of any size; those
 * that a number cannot hold exactly become a bigint.
 *
 * @throws SyntaxError, RangeError: it is no JSON, or nested too deeply.
 */
export function parsePythonJson(text: string): JsonValue {
  if (!MANY_DIGITS.test(text)) {
    try {
      return JSON.parse(text) as JsonValue
    } catch {
      // Python's own extension gets here, and text that is no JSON at all.
    }
  }
  const spelled = text.replace(TOKENS, (token) => SPELLED[token] ?? token)
  const revive = (_: string, value: JsonValue, context?: { readonly source?: string }) =>
    typeof value === 'number' ? exactly(value, context?.source ?? '') : value
  return JSON.parse(spelled, revive) as JsonValue
}

function exactly(value: number, source: string): number | bigint {
  const lacking = LACKING[source]
  if (lacking !== undefined) return lacking
  // What JavaScript writes of a large number is read as the number that it was.
  const isExact = Number.isSafeInteger(value) || String(value) === source
  return isExact || !/^-?\d+$/.test(source) ? value : BigInt(source)
}

/** Writes JSON as Python writes it: numbers that JSON lacks as `NaN`, `Infinity` and `-Infinity`. */
export function toPythonJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(toPythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}: ${toPythonJson(entry)}`,
    )
    return `{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}
