import type { FrozenTrial } from '@tune/core'

/** Where people see the last run of a trial, where its runner says so. */
export function runLink({ systemAttributes }: Pick<FrozenTrial, 'systemAttributes'>): string | undefined {
  const urls = Object.entries(systemAttributes).flatMap(([key, value]) => {
    if (key !== 'tune:run' && !key.startsWith('tune:run:')) return []
    const { url } = (value ?? {}) as { readonly url?: unknown }
    return typeof url === 'string' ? [url] : []
  })
  return urls.at(-1)
}
