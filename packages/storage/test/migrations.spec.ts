import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createDatabase } from '@tune/tooling/mysql'
import { expect, it } from 'vitest'

const opener = fileURLToPath(new URL('open-many.ts', import.meta.url))

async function sqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'tune-many-'))
  return { url: `sqlite:${join(folder, 'study.db')}`, drop: () => rm(folder, { recursive: true }) }
}

it.each([
  ['SQLite', sqlite],
  ['MySQL', createDatabase],
])('of 20 processes that open an empty %s at once, exactly one makes each thing', async (_, create) => {
  const { url, drop } = await create()
  try {
    const outputs = await Promise.all(
      Array.from({ length: 20 }, () => promisify(execFile)(process.execPath, [opener, url])),
    )
    const made = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[])
    expect(made.toSorted()).toEqual(["Optuna's tables", 'migration 1'])
  } finally {
    await drop()
  }
})
