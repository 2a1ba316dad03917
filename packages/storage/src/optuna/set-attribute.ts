import type { JsonValue } from '@tune/core'
import { parsePythonJson } from './json.ts'

/**
 * Sets an attribute from its JSON. A key such as `__proto__` becomes an attribute like any other.
 *
 * @throws SyntaxError, RangeError: the text is no JSON, or nested too deeply.
 */
export function setAttribute(attributes: Record<string, JsonValue>, key: string, text: string): void {
  Object.defineProperty(attributes, key, {
    value: parsePythonJson(text),
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
