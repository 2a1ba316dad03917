import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storageContract } from '@tune/core/testing'
import { openStorage } from '../src/index.ts'

storageContract({
  name: 'SQLite',
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tune-sqlite-'))
    return {
      open: () => openStorage(`sqlite:${join(folder, 'study.db')}`),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    }
  },
})
