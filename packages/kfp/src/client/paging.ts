import { TuneError } from '@tune/core'
import type { ListPage } from '../api/index.ts'

/**
 * All resources of all pages, a page at a time as they are asked for.
 *
 * @throws TuneError KFP_FAILED a page that leads back to itself
 */
export async function* paginate<P extends ListPage, T>(
  read: (pageToken: string | undefined) => Promise<P>,
  resources: (page: P) => readonly T[] | undefined,
): AsyncGenerator<T, void> {
  let token: string | undefined
  do {
    const page = await read(token)
    yield* resources(page) ?? []
    const next = page.next_page_token || undefined
    if (next !== undefined && next === token)
      throw new TuneError('KFP_FAILED', `page token '${token}': the page leads back to itself`, { token })
    token = next
  } while (token !== undefined)
}
