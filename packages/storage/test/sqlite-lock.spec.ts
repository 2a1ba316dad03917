import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createStudy, randomSampler } from '@tune/core'
import { expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'

it('the write lock of a SQLite file is never held while an objective computes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-lock-'))
  try {
    const path = join(folder, 'study.db')
    await using storage = await openStorage(`sqlite:${path}`)
    await using study = await createStudy({ storage, sampler: randomSampler() })
    // Another process, which waits for nobody.
    using other = new DatabaseSync(path, { timeout: 0 })
    let tries = 0
    const compute = () => {
      other.exec('BEGIN IMMEDIATE')
      other.exec('ROLLBACK')
      tries++
    }
    await study.optimize(
      async (trial) => {
        // At every moment at which an objective can go on: between any two promises.
        for (let i = 0; i < 40; i++) {
          compute()
          if (i % 5 === 0) void trial.report(i, i)
          await Promise.resolve()
        }
        return trial.suggestFloat('x', 0, 1)
      },
      { trials: 40, parallel: 3 },
    )
    expect(tries).toBe(1600)
  } finally {
    await rm(folder, { recursive: true })
  }
})
