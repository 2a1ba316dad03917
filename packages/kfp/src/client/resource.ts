import { isTuneError } from '@tune/core'
import type { ListPage } from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import { type ListOptions, listQuery } from './filter.ts'
import type { ApiRequest, Http } from './http.ts'
import { paginate } from './paging.ts'

export const ROOT = '/apis/v2beta1'

/** A path of the API, with the words that vary encoded. */
export function path(strings: TemplateStringsArray, ...words: readonly string[]): string {
  return ROOT + strings.map((text, index) => text + encodeURIComponent(words[index] ?? '')).join('')
}

/** Reads one resource. */
export function get<T>(
  http: Http,
  where: string,
  query: ApiRequest['query'],
  options?: CallOptions,
): Promise<T> {
  return http.json<T>({ method: 'GET', path: where, ...(query && { query }), repeatable: true }, options)
}

/** Makes a resource: never asked for twice, since each request would make one. */
export function create<T>(http: Http, where: string, body: object, options?: CallOptions): Promise<T> {
  return http.json<T>({ method: 'POST', path: where, body, repeatable: false }, options)
}

/** Does something that is the same when done twice. */
export async function act(http: Http, where: string, options?: CallOptions): Promise<void> {
  await http.json({ method: 'POST', path: where, repeatable: true }, options)
}

/** Deletes a resource. One that is not there counts as deleted: an attempt before, whose answer was lost, may have done it. */
export async function remove(
  http: Http,
  where: string,
  query?: ApiRequest['query'],
  options?: CallOptions,
): Promise<void> {
  try {
    await http.json({ method: 'DELETE', path: where, ...(query && { query }), repeatable: true }, options)
  } catch (error) {
    if (!isTuneError(error, 'KFP_NOT_FOUND')) throw error
  }
}

/** Reads all pages of a list. */
export function list<P extends ListPage, T>(
  http: Http,
  where: string,
  query: NonNullable<ApiRequest['query']>,
  listOptions: ListOptions,
  resources: (page: P) => readonly T[] | undefined,
  options?: CallOptions,
): AsyncGenerator<T, void> {
  const every = { ...query, ...listQuery(listOptions) }
  return paginate<P, T>(
    (pageToken) => get(http, where, { ...every, page_token: pageToken }, options),
    resources,
  )
}
