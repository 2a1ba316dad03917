import { storageContract } from '@tune/core/testing'
import { createDatabase } from '@tune/tooling/mysql'
import { openStorage } from '../src/index.ts'

storageContract({
  name: 'MariaDB',
  create: async () => {
    const database = await createDatabase()
    return { open: () => openStorage(database.url), [Symbol.asyncDispose]: () => database.drop() }
  },
})
