import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { ApiError } from '../api/api-error.ts'
import { type Condition, fieldOf } from './condition.ts'
import { decodePageToken, encodePageToken } from './page-token.ts'

/** Which part of a collection, and in which order. */
export interface Selection {
  readonly conditions: readonly Condition[]
  /** A field and `asc` or `desc`; default: oldest first. */
  readonly sortBy?: string
  readonly pageSize?: number
  readonly pageToken?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
  readonly next?: string
}

const DEFAULT_PAGE_SIZE = 20
const MAX_PAGE_SIZE = 200

/** The resources of one kind. */
export class Collection<T extends object> {
  readonly #database: DatabaseSync
  readonly #kind: string
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync, kind: string) {
    this.#database = database
    this.#kind = kind
  }

  insert(id: string, resource: T): T {
    this.#prepared('INSERT INTO resources (kind, id, body) VALUES (?, ?, ?)').run(
      this.#kind,
      id,
      JSON.stringify(resource),
    )
    return resource
  }

  /** Sets some fields. */
  update(id: string, fields: Partial<T>): T {
    const resource = { ...this.get(id), ...fields }
    this.#prepared('UPDATE resources SET body = ? WHERE kind = ? AND id = ?').run(
      JSON.stringify(resource),
      this.#kind,
      id,
    )
    return resource
  }

  find(id: string): T | undefined {
    const row = this.#prepared('SELECT body FROM resources WHERE kind = ? AND id = ?').get(this.#kind, id)
    return row === undefined ? undefined : (JSON.parse(row['body'] as string) as T)
  }

  /** @throws ApiError NOT_FOUND */
  get(id: string): T {
    const found = this.find(id)
    if (found === undefined) throw new ApiError('NOT_FOUND', `${this.#kind} ${id} not found`)
    return found
  }

  delete(id: string): void {
    this.get(id)
    this.#prepared('DELETE FROM resources WHERE kind = ? AND id = ?').run(this.#kind, id)
  }

  /** All that meet the conditions, oldest first. */
  all(conditions: readonly Condition[]): readonly T[] {
    const { where, values } = this.#where(conditions)
    const rows = this.#prepared(`SELECT body FROM resources WHERE ${where} ORDER BY position`).all(...values)
    return rows.map((row) => JSON.parse(row['body'] as string) as T)
  }

  /** @throws ApiError INVALID_ARGUMENT a page token of another listing, an unknown order, a wrong size */
  page({ conditions, sortBy, pageSize, pageToken }: Selection): Page<T> {
    const size = checkedSize(pageSize)
    const { where, values } = this.#where(conditions)
    const order = orderBy(sortBy)
    const offset = pageToken === undefined ? 0 : decodePageToken(pageToken)
    const total = this.#prepared(`SELECT count(*) AS n FROM resources WHERE ${where}`).get(...values)?.['n']
    const rows = this.#prepared(
      `SELECT body FROM resources WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ).all(...values, size, offset)
    const items = rows.map((row) => JSON.parse(row['body'] as string) as T)
    const end = offset + items.length
    return {
      items,
      total: Number(total),
      ...(end < Number(total) && items.length > 0 && { next: encodePageToken(end) }),
    }
  }

  #where(conditions: readonly Condition[]): { where: string; values: SQLInputValue[] } {
    return {
      where: ['kind = ?', ...conditions.map(({ sql }) => sql)].join(' AND '),
      values: [this.#kind, ...conditions.flatMap((condition) => condition.values)],
    }
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function checkedSize(pageSize = DEFAULT_PAGE_SIZE): number {
  if (!Number.isInteger(pageSize) || pageSize < 0)
    throw new ApiError('INVALID_ARGUMENT', `page_size is ${pageSize}; it must be a whole number from 0`)
  return pageSize === 0 ? DEFAULT_PAGE_SIZE : Math.min(pageSize, MAX_PAGE_SIZE)
}

function orderBy(sortBy: string | undefined): string {
  if (sortBy === undefined || sortBy === '') return 'position'
  const [key = '', direction = 'asc', ...rest] = sortBy.trim().split(/\s+/)
  if (rest.length > 0 || (direction !== 'asc' && direction !== 'desc'))
    throw new ApiError('INVALID_ARGUMENT', `sort_by is '${sortBy}'; it must be a field and 'asc' or 'desc'`)
  return `${fieldOf(key)} ${direction}, position ${direction}`
}
