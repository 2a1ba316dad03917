import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { studyConfigSchema } from '../src/config/study-config.ts'

it('the schema for editors is that of the program: `tuner schema > schema/study.schema.json`', () => {
  const file = new URL('../schema/study.schema.json', import.meta.url)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(studyConfigSchema())))
})
