import type { SQLInputValue } from 'node:sqlite'
import { ApiError } from '../api/api-error.ts'

/** A part of a WHERE clause: only names that are known here, and values that are bound. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** What callers may filter and sort by, and what the server itself looks for. */
const FIELDS = [
  'run_id',
  'experiment_id',
  'pipeline_id',
  'pipeline_version_id',
  'recurring_run_id',
  'name',
  'display_name',
  'description',
  'namespace',
  'state',
  'storage_state',
  'status',
  'created_at',
  'scheduled_at',
  'finished_at',
] as const

export type Field = (typeof FIELDS)[number]

/** @throws ApiError INVALID_ARGUMENT no such field */
export function fieldOf(key: string): string {
  const field = FIELDS.find((known) => known === key)
  if (field === undefined) throw new ApiError('INVALID_ARGUMENT', `there is no field '${key}' to list by`)
  return `body ->> '$.${field}'`
}

/** That a field has a value. */
export function where(field: Field, value: SQLInputValue): Condition {
  return { sql: `${fieldOf(field)} = ?`, values: [value] }
}

/** That a field has one of some values. */
export function whereIn(field: Field, values: readonly SQLInputValue[]): Condition {
  return { sql: `${fieldOf(field)} IN (${values.map(() => '?').join(', ')})`, values }
}
