import type { z } from 'zod'
import { nearestName } from './nearest-name.ts'

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
}

/**
 * What would be right, where a schema does not say so itself: `a whole number`, `one of xs, m, l`; for a key that there is
 * not, the nearest one. For zod's `error`.
 */
export function wantedBy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected]
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`
    case 'too_small':
      return issue.origin === 'string'
        ? 'text that is not empty'
        : `${unit(issue.origin)}at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string'
        ? `at most ${issue.maximum} characters`
        : `${unit(issue.origin)}at most ${issue.maximum}`
    case 'unrecognized_keys':
      return `there is no such key; ${nearestName(issue.keys[0] ?? '', namesOf(issue.inst))}`
    default:
      return undefined
  }
}

function unit(origin: string): string {
  return origin === 'array' ? 'a list of ' : ''
}

/** The keys that a mapping knows. */
function namesOf(schema: unknown): readonly string[] {
  const { def } = (schema as z.core.$ZodObject)._zod
  return Object.keys(def.shape)
}
