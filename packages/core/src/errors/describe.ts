import { inspect } from 'node:util'

/** What was thrown, in words for people. Never throws, whatever it is: code of others may throw anything. */
export function describeThrown(thrown: unknown): string {
  return firstOf(thrown, String, inspect)
}

/** A value as a programmer writes it, for people. Never throws. */
export function describeValue(value: unknown): string {
  return firstOf(value, inspect, String)
}

/** A value as JSON writes it, with the numbers that JSON lacks told apart. Never throws. */
export function describeJson(value: unknown): string {
  return firstOf(value, (it) => JSON.stringify(it, spelled) ?? String(it), inspect, String)
}

function spelled(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function firstOf(value: unknown, ...ways: readonly ((value: unknown) => string)[]): string {
  for (const describe of ways) {
    try {
      return describe(value)
    } catch {
      // An object without a prototype, or whose own description fails.
    }
  }
  return 'something that cannot be described'
}
