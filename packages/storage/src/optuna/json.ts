import type { JsonValue } from '@tune/core'
import JSON5 from 'json5'

/**
 * Reads JSON as Python writes it: with `NaN`, `Infinity` and `-Infinity` as numbers.
 *
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    // Only Python's own extension gets here, and text that is no JSON at all, which JSON5 refuses too.
    return JSON5.parse<JsonValue>(text)
  }
}

/** Writes JSON as Python writes it: numbers that JSON lacks as `NaN`, `Infinity` and `-Infinity`. */
export function toPythonJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return `[${value.map(toPythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}: ${toPythonJson(entry)}`,
    )
    return `{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}
