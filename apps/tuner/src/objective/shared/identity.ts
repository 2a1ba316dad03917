import { Secret } from '@tune/core'
import type { StudyConfig } from '../../config/study-config.ts'

type Mapping = Readonly<Record<string, unknown>>

/** What decides the values of a trial besides those of its runs: how they become one, and what they must hold. */
export function rulesOf({ metrics = {}, constraints }: StudyConfig): Mapping {
  const aggregates = Object.entries(metrics).map(([name, rule]) => [
    name,
    typeof rule === 'string' ? undefined : rule.aggregate,
  ])
  const bounds = Object.entries(constraints).map(([name, { max, min, aggregate }]) => [
    name,
    defined({ max, min, aggregate }),
  ])
  return { aggregates: Object.fromEntries(aggregates), constraints: Object.fromEntries(bounds) }
}

/** What was written, with a secret where the environment was filled in. */
export function withSecrets(written: unknown, filled: unknown): unknown {
  if (typeof written === 'string' && written !== filled && written.includes('${'))
    return new Secret(String(filled))
  if (typeof written !== 'object' || written === null) return written
  const of = (key: string | number) => (filled as Record<string | number, unknown> | undefined)?.[key]
  if (Array.isArray(written)) return written.map((item, i) => withSecrets(item, of(i)))
  return defined(
    Object.fromEntries(Object.entries(written).map(([key, value]) => [key, withSecrets(value, of(key))])),
  )
}

/** Without keys that have no value, and mappings that have no keys. */
export function defined<T extends object>(mapping: T): T {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => !isEmpty(value))) as T
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'object' && value?.constructor === Object && Object.values(value).every(isEmpty)
}
