import type { Context } from 'hono'
import type { Selection } from '../state/collection.ts'
import { type Condition, where } from '../state/condition.ts'
import { readFilter } from '../state/filter.ts'

/** What a list call asks for. `narrow` are query parameters that are fields as well. */
export function selectionOf(
  context: Context,
  narrow: readonly ('experiment_id' | 'namespace')[] = [],
  own: readonly Condition[] = [],
): Selection {
  const { page_size, page_token, sort_by, filter } = context.req.query()
  const narrowed = narrow.flatMap((field) => {
    const value = context.req.query(field)
    return value === undefined || value === '' ? [] : [where(field, value)]
  })
  return {
    conditions: [...own, ...narrowed, ...(filter === undefined || filter === '' ? [] : readFilter(filter))],
    ...(sort_by !== undefined && { sortBy: sort_by }),
    ...(page_size !== undefined && { pageSize: Number(page_size) }),
    ...(page_token !== undefined && page_token !== '' && { pageToken: page_token }),
  }
}
