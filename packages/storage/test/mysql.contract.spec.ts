import { storageContract } from '@tune/core/testing'
import { createDatabase } from '@tune/tooling/mysql'
import { inject } from 'vitest'
import { openStorage } from '../src/index.ts'

storageContract({
  name: inject('mysqlName'),
  create: async () => {
    const database = await createDatabase()
    return { open: () => openStorage(database.url), [Symbol.asyncDispose]: () => database.drop() }
  },
})
