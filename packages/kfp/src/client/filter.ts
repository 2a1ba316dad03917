import type { Predicate } from '../api/index.ts'

/** What every list takes. */
export interface ListOptions {
  /** What must hold for each resource. Default: nothing. */
  readonly predicates?: readonly Predicate[]
  /** A key and `asc` or `desc`. Default `created_at asc`. */
  readonly sortBy?: string
  /** How many come with one request, from 1 to 200. Default 100. */
  readonly pageSize?: number
}

/** The query parameters of a list without the page token. */
export function listQuery({ predicates = [], sortBy = 'created_at asc', pageSize = 100 }: ListOptions) {
  return {
    page_size: pageSize,
    sort_by: sortBy,
    // The server decodes it once more than the query it came in.
    filter: predicates.length === 0 ? undefined : encodeURIComponent(JSON.stringify({ predicates })),
  }
}

/** The predicate that a field is equal to a text. */
export function equals(key: string, text: string): Predicate {
  return { operation: 'EQUALS', key, string_value: text }
}
