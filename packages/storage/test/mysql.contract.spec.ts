import { storageContract } from '@tune/core/testing'
import { openStorage } from '../src/index.ts'
import { createDatabase } from './mysql-test-database.ts'

storageContract({
  name: 'MariaDB',
  create: async () => {
    const database = await createDatabase()
    return { open: () => openStorage(database.url), [Symbol.asyncDispose]: () => database.drop() }
  },
})
