import { TuneError } from '../errors/tune-error.ts'
import type { Attributes, JsonValue } from './attributes.ts'

/** What `VARCHAR(512)` holds. */
const MAX_NAME = 512
/** How deeply a value may be nested: Python's reader gives up at about a thousand. */
const MAX_DEPTH = 200

/**
 * A deep copy of a value as JSON keeps it, by the rules of `JSON.stringify`: `toJSON` is asked, so that a Date becomes
 * text; a property that is undefined or a function is left out, and is null in a list. Beyond JSON, NaN, infinities and
 * bigints stay, which Python's JSON has as well.
 *
 * @param name what the value is, for the error.
 * @throws TuneError INVALID_VALUE: undefined, a function, a circular or too deep value, a Map, a Set or the like
 */
export function jsonValue(value: unknown, name: string): JsonValue {
  let copy: JsonValue | undefined
  try {
    copy = copyOf(value, '', [])
  } catch (error) {
    const why = error instanceof Refusal ? error.message : 'it cannot be read'
    throw new TuneError('INVALID_VALUE', `'${name}': it must be a JSON value, but ${why}`, { name }, error)
  }
  if (copy !== undefined) return copy
  throw new TuneError('INVALID_VALUE', `'${name}': it must be a JSON value, but is ${typeof value}`, { name })
}

/**
 * Deep copies of attributes as JSON keeps them; see {@link jsonValue}.
 *
 * @throws TuneError INVALID_VALUE; INVALID_NAME: a key that is too long, or no well-formed text
 */
export function jsonAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      assertName(key)
      return [key, jsonValue(value, key)]
    }),
  )
}

/** @throws TuneError INVALID_NAME: a name that is too long, or no well-formed text */
export function assertName(name: string): void {
  if (name.length <= MAX_NAME && name.isWellFormed()) return
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name
  const wanted = name.isWellFormed() ? `at most ${MAX_NAME} characters` : 'no halves of surrogate pairs'
  throw new TuneError('INVALID_NAME', `'${shown.toWellFormed()}': a name can have ${wanted}`, { name })
}

/** Why a value is none of JSON. */
class Refusal extends Error {}

/** @returns `undefined` for what JSON leaves out. */
function copyOf(value: unknown, key: string, above: readonly object[]): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) {
    return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)
      ? (value as JsonValue)
      : undefined
  }
  if (above.includes(value)) throw new Refusal('it contains itself')
  if (above.length >= MAX_DEPTH) throw new Refusal(`it is nested more than ${MAX_DEPTH} deep`)
  const within = [...above, value]
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return copyOf(value.toJSON(key) as unknown, key, within)
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf()
  if (Array.isArray(value)) return value.map((item, i) => copyOf(item, String(i), within) ?? null)
  const tag = Object.prototype.toString.call(value)
  if (tag !== '[object Object]') throw new Refusal(`a part of it is of type ${tag.slice(8, -1)}`)
  const entries = Object.entries(value).map(([name, item]) => [name, copyOf(item, name, within)] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
}
