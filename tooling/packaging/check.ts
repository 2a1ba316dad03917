/**
 * Packs every package that is meant for publishing, and holds the result against publint and an empty project. Looks
 * whether the changes written down for its release can be read.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readChangesets } from '@changesets/read'
import { consume } from './consumer.ts'
import { packAll } from './install.ts'
import { problems } from './packed-package.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'tune-packaging-'))
try {
  const changes = await readChangesets(root)
  const packed = packAll(root, folder)
  const found = (await Promise.all(packed.map(problems))).flat()
  if (found.length > 0) throw new Error(found.join('\n'))
  consume(packed, join(folder, 'consumer'), root)
  console.log(`changes of the next release: ${changes.length}`)
  console.log(`packed, installed and used: ${packed.map(({ manifest }) => manifest.name).join(', ')}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
