import { afterEach } from 'vitest'
import type { StudyStorage } from '../../storage/study-storage.ts'

/** A storage under test, and how to get one. */
export interface StorageBackend {
  readonly name: string
  /** An empty store of its own, closed after each test. */
  create(): Promise<StorageStore>
}

/** One place where studies are kept, which any number of clients open. */
export interface StorageStore extends AsyncDisposable {
  /** Another client of the same store. */
  open(): Promise<StudyStorage>
}

/** Opens stores for tests and closes all after each. Call it inside a `describe`. */
export function storesOf(backend: StorageBackend): () => Promise<StorageStore> {
  const open: AsyncDisposable[] = []
  afterEach(async () => {
    for (const resource of open.splice(0).reverse()) await resource[Symbol.asyncDispose]()
  })
  return async () => {
    const store = await backend.create()
    open.push(store)
    return {
      open: async () => {
        const client = await store.open()
        open.push(client)
        return client
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }
}
