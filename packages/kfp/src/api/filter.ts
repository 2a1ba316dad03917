import type { Int64, Timestamp } from './json.ts'

export type FilterOperation =
  | 'EQUALS'
  | 'NOT_EQUALS'
  | 'GREATER_THAN'
  | 'GREATER_THAN_EQUALS'
  | 'LESS_THAN'
  | 'LESS_THAN_EQUALS'
  | 'IN'
  | 'IS_SUBSTRING'

/** The one value a predicate compares with; `IN` takes one of the plural kinds. */
export type PredicateValue =
  | { readonly int_value: number }
  | { readonly long_value: Int64 }
  | { readonly string_value: string }
  | { readonly timestamp_value: Timestamp }
  | { readonly int_values: { readonly values: readonly number[] } }
  | { readonly long_values: { readonly values: readonly Int64[] } }
  | { readonly string_values: { readonly values: readonly string[] } }

export type Predicate = PredicateValue & {
  readonly operation: FilterOperation
  /** The resource's field: `display_name`, `state`, `created_at`. */
  readonly key: string
}

/** Which resources a list call gives: those for which every predicate holds. */
export interface Filter {
  readonly predicates: readonly Predicate[]
}
