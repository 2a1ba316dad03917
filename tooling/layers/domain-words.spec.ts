import { glob, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { domainWords } from './domain-words.ts'

const root = resolve(import.meta.dirname, '../..')

it.each(['core', 'process', 'kfp', 'kfp-local'])('packages/%s has no word of the simulator', async (name) => {
  const found: string[] = []
  let files = 0
  for await (const file of glob(`packages/${name}/src/**/*.{ts,proto}`, { cwd: root })) {
    files++
    for (const line of domainWords(await readFile(resolve(root, file), 'utf8')))
      found.push(`${file}: ${line.trim()}`)
  }
  expect(found).toEqual([])
  expect(files).toBeGreaterThan(0)
})

it.each([
  '/** The profit of a day. */',
  'export interface TaxiRun {}',
  'const simulateDay = 1',
  '// drivers that are guided',
  'readonly week: string',
])('finds %s', (line) => {
  expect(domainWords(`const a = 1\n${line}\n`)).toEqual([line])
})

it('leaves days, and what the server calls its pods', () => {
  expect(domainWords("/** After seven days. */\nconst type = 'DRIVER'\nconst suffix = '-driver'")).toEqual([])
})
