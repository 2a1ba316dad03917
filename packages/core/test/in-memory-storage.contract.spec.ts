import { InMemoryStorage, type StudyStorage } from '../src/index.ts'
import { storageContract } from '../src/testing/index.ts'

storageContract({
  name: 'in memory',
  create: async () => {
    // All clients of a process's memory are one.
    const storage: StudyStorage = new InMemoryStorage()
    return { open: async () => storage, [Symbol.asyncDispose]: async () => {} }
  },
})
