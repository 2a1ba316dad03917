import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, readAllTrials } from '@tune/core'
import { openStorage } from '@tune/storage'
import { expect, it } from 'vitest'
import { assertSound, Crew, readLogs } from './crew.ts'
import { seededRandom } from './seeded-random.ts'

const MEMBERS = 4
const BUDGET = 1200

it('a crew of processes on a SQLite file loses nothing while members are killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-crew-'))
  try {
    const url = `sqlite:${join(folder, 'study.db')}`
    await using storage = await openStorage(url)
    await using study = await createStudy({ name: 'crew', storage })
    const random = seededRandom(5)
    await using crew = new Crew(MEMBERS, url, 'crew', BUDGET, folder)
    await crew.ended(study, 100, () => crew.kill(random))
    console.log(`SQLite: ${crew.kills} processes killed`)
    expect(crew.errors).toEqual([])
    expect(crew.kills).toBeGreaterThan(7)
    const { id } = await storage.readStudy('crew')
    assertSound(await readAllTrials(storage, id), await readLogs(MEMBERS, folder), BUDGET, false)
  } finally {
    await rm(folder, { recursive: true })
  }
})
