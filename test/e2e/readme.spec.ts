import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run, workplace } from './tuner.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

it.each([
  'README.md',
  'packages/kfp/README.md',
  'packages/storage/README.md',
  'packages/process/README.md',
  'packages/sim-local/README.md',
])('the program in %s runs as it stands', async (file) => {
  const text = await readFile(`${root}${file}`, 'utf8')
  const program = /```ts\n([\s\S]+?)```/.exec(text)?.[1]
  if (program === undefined) throw new Error(`${file} has no program`)
  // Beside this file, so that it finds the packages; a server that exists is not the README's matter.
  const script = fileURLToPath(new URL(`./readme-${file.replaceAll('/', '-')}.ts`, import.meta.url))
  await writeFile(script, program.replace(/mysql:\/\/[^']+/, 'sqlite::memory:'))
  await using place = await workplace()
  try {
    expect(await run(process.execPath, [script], place.folder).ended).toMatchObject({ code: 0, err: '' })
  } finally {
    await rm(script)
  }
})
